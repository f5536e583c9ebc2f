//! Texts from plugins never become SQL, whatever they hold.

use model::column_type::ColumnType as T;
use model::expression::Expression;
use model::name::Name;
use model::operation::*;
use model::schema::{Check, Column, Table};
use model::value::Value;
use proptest::prelude::*;

use super::words::*;
use super::world::World;

const ATTACKS: &[&str] = &[
    "'; DROP TABLE victims; --",
    "'); DELETE FROM victims; --",
    "\"; DROP TABLE victims; --",
    "*/ DROP TABLE victims; /*",
    "\\'; DROP TABLE victims; --",
    "x' || (SELECT count(*) FROM victims) || '",
    "--",
    "''''",
    "`[\"']`",
    "%s{}$1?1:a@b",
    "é\u{202e}😀",
];

fn equals(text: &str) -> Expression {
    Expression::Binary {
        operator: model::expression::BinaryOperator::NotEqual,
        left: Box::new(Expression::Column {
            table: None,
            column: name("c"),
        }),
        right: Box::new(Expression::Literal(Value::Text(text.to_owned()))),
    }
}

/// Puts a text wherever a plugin can put one.
async fn attack(world: &mut World, text: &str, n: usize) {
    let t = name(&format!("t{n}"));
    let value = Value::Text(text.to_owned());
    let mut columns = vec![
        Column {
            comment: (!model::name::has_hidden(text)).then(|| text.to_owned()),
            ..defaulted("c", T::Text, value.clone())
        },
        nullable("b", T::Blob),
    ];
    let is_enum_value = !text.is_empty() && text.len() <= 63 && !text.chars().any(char::is_control);
    if is_enum_value {
        let values = vec![text.to_owned(), "other".to_owned()];
        columns.push(defaulted("e", T::Enum { values }, value.clone()));
    }
    let guard = Check {
        name: name(&format!("guard{n}")),
        condition: equals("never this"),
    };
    let created = Table {
        checks: vec![guard],
        comment: (!model::name::has_hidden(text)).then(|| text.to_owned()),
        ..table(t.as_str(), columns)
    };
    world.apply(CreateTable { table: created }).await;
    world
        .apply(InsertRows {
            table: t.clone(),
            key: names(&["id"]),
            columns: names(&["id", "c", "b"]),
            rows: vec![vec![
                Value::Integer(1),
                value.clone(),
                Value::Bytes(text.as_bytes().to_vec()),
            ]],
        })
        .await;
    let stored = world.query(&format!("SELECT c FROM {t}")).await;
    assert_eq!(stored, [text]);
    attack_changes(world, text, n).await;
    assert_eq!(world.query(&format!("SELECT c FROM {t}")).await, [text]);
    world.apply(DropTable { table: t }).await;
    let victims = world.query("SELECT quote(count(*)) FROM victims").await;
    assert_eq!(victims, ["1"]);
}

/// Puts it into changes of the table and its rows.
async fn attack_changes(world: &mut World, text: &str, n: usize) {
    let t = name(&format!("t{n}"));
    let value = Value::Text(text.to_owned());
    let column = defaulted("added", T::Text, value.clone());
    world
        .there_and_back(AddColumn {
            table: t.clone(),
            column,
        })
        .await;
    let other = Check {
        name: name(&format!("check{n}")),
        condition: equals(&format!("{text}!")),
    };
    world
        .there_and_back(AddCheck {
            table: t.clone(),
            check: other,
        })
        .await;
    let filtered = model::schema::Index {
        filter: Some(equals(text)),
        ..index(&format!("i{n}"), &["c"], false)
    };
    world
        .there_and_back(CreateIndex {
            table: t.clone(),
            index: filtered,
        })
        .await;
    let literal = Expression::Literal(value);
    let fill = Backfill {
        table: t.clone(),
        column: name("c"),
        value: literal,
        filter: Some(equals(text)),
    };
    world.apply(fill).await;
    world
        .apply(DeleteRows {
            table: t.clone(),
            filter: Some(equals(text)),
        })
        .await;
}

#[tokio::test]
async fn attacks_stay_texts() {
    let mut world = World::new().await;
    world
        .apply(CreateTable {
            table: table("victims", vec![nullable("x", T::Int)]),
        })
        .await;
    world
        .execute("INSERT INTO victims DEFAULT VALUES")
        .await
        .unwrap();
    for (n, text) in ATTACKS.iter().enumerate() {
        attack(&mut world, text, n).await;
    }
    world.is_sound().await;
}

#[test]
fn a_name_cannot_hold_anything_that_needs_quoting() {
    for text in ATTACKS {
        assert!(Name::new(*text).is_err(), "{text}");
        assert!(Name::internal(*text).is_err(), "{text}");
    }
}

#[test]
fn a_zero_character_is_refused() {
    let mut schema = model::Schema::empty();
    let create = model::Operation::from(CreateTable {
        table: table("t", vec![column("c", T::Text)]),
    });
    create.apply(&mut schema, &super::world::origin()).unwrap();
    let insert = InsertRows {
        table: name("t"),
        key: names(&["id"]),
        columns: names(&["id", "c"]),
        rows: vec![vec![Value::Integer(1), text("a\0b")]],
    };
    assert!(
        super::world::dialect()
            .compile(&insert.into(), &schema)
            .is_err()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_text_stays_a_text(text in "[^\\x00-\\x1f\\x7f-\\x9f]{1,30}") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            world.apply(CreateTable { table: table("victims", vec![nullable("x", T::Int)]) }).await;
            world.execute("INSERT INTO victims DEFAULT VALUES").await.unwrap();
            attack(&mut world, &text, 0).await;
        });
    }
}
