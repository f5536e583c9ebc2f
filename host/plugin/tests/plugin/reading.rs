//! What a plugin reads is recorded, each question once; what it is lent is the schema, whole.

use model::digest::Digest;
use model::emission::{Question, Read};
use model::name::Name;
use model::operation::Operation;

use crate::support::{down, schema, up};

fn told(question: Question, answer: &str) -> Read {
    Read {
        question,
        answer: Some(answer.to_owned()),
    }
}

fn absent(question: Question) -> Read {
    Read {
        question,
        answer: None,
    }
}

#[test]
fn every_question_is_recorded_once_in_order_with_its_answer() {
    let schema = schema();
    let digest =
        |kind: &str, value: serde_json::Value| Digest::of(kind, 1, &value).unwrap().to_string();
    let members = schema.table(&Name::new("members").unwrap()).unwrap();
    let view = schema.view(&Name::new("open_members").unwrap()).unwrap();
    let expected = [
        told(Question::Slug, "everest"),
        told(Question::Name, "Everest \u{92f}"),
        told(Question::Locale, "ne-NP"),
        absent(Question::Setting("absent".to_owned())),
        told(Question::Setting("colour".to_owned()), "\"green\""),
        absent(Question::Fact("absent".to_owned())),
        told(Question::Fact("country".to_owned()), "NP"),
        absent(Question::Table("absent".to_owned())),
        told(
            Question::Table("members".to_owned()),
            &Digest::of("table", 1, members).unwrap().to_string(),
        ),
        absent(Question::Table("no such name; at all".to_owned())),
        absent(Question::View("absent".to_owned())),
        told(
            Question::View("open_members".to_owned()),
            &Digest::of("view", 1, view).unwrap().to_string(),
        ),
        told(
            Question::TableNames(None, 1),
            &digest("table-names", serde_json::json!(["members"])),
        ),
        told(
            Question::TableNames(Some("members".to_owned()), 10),
            &digest("table-names", serde_json::json!(["plans"])),
        ),
    ];
    assert_eq!(up("reads").unwrap().value.reads, expected);
}

#[test]
fn a_table_that_is_lent_and_returned_is_the_same_table() {
    let outcome = up("reads").unwrap();
    let Operation::CreateTable(create) = &outcome.value.operations[0] else {
        panic!("no table")
    };
    let mut expected = schema()
        .table(&Name::new("members").unwrap())
        .unwrap()
        .clone();
    expected.name = Name::new("members_again").unwrap();
    assert_eq!(create.table, expected);
}

#[test]
fn a_view_is_lent_as_text_that_means_the_same() {
    let outcome = up("reads").unwrap();
    let text = &outcome.log.last().unwrap().message;
    let view = schema()
        .view(&Name::new("open_members").unwrap())
        .unwrap()
        .clone();
    assert_eq!(text.parse::<model::query::Query>().unwrap(), view.query);
}

#[test]
fn a_call_that_reads_nothing_has_no_reads_whatever_the_tenant() {
    assert!(up("calm").unwrap().value.reads.is_empty());
    assert!(down("calm").unwrap().value.reads.is_empty());
}

#[test]
fn a_page_has_at_most_as_many_names_as_there_are() {
    assert_eq!(up("page_huge").unwrap().log[0].message, "2");
}
