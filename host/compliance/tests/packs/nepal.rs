//! The pack of the Election Commission of Nepal over the real template: it passes, and each thing that
//! could be wrong with it is found under its own code.

use std::collections::BTreeSet;

use compliance::{Input, Pack, shipped_pack};
use model::hazard::{Finding, Severity};

use crate::{mutants, template};

fn pack() -> Pack {
    shipped_pack("election-commission-nepal").unwrap()
}

fn said(findings: &[Finding], severity: Severity) -> BTreeSet<(&str, &str)> {
    let of_it = findings.iter().filter(|found| found.severity == severity);
    of_it
        .map(|found| (found.code.as_str(), found.object.as_str()))
        .collect()
}

#[test]
fn the_template_passes_in_both_versions_and_on_the_way_from_one_to_the_other() {
    for input in [
        template::made_with_the_first_version(),
        template::made_with_the_second_version(),
        template::upgraded(),
    ] {
        let findings = pack().judge(&input).unwrap();
        for severity in [Severity::Error, Severity::Warning] {
            assert_eq!(said(&findings, severity), BTreeSet::new());
        }
    }
}

#[test]
fn what_no_database_enforces_is_reported_and_not_claimed() {
    let input = template::made_with_the_second_version();
    let findings = pack().judge(&input).unwrap();
    let mut notes = said(&findings, Severity::Note);
    // Members, users and the party itself: no period is laid down, none is declared.
    notes.retain(|(code, _)| *code != "ec.retention_assumed");
    let expected = [
        ("ec.audit_not_enforced", "audit_trails"),
        ("ec.encryption_not_enforced", "party"),
        ("ec.fiscal_year_not_enforced", "fiscal_years.code"),
        ("ec.retention_not_enforced", "audit_trails"),
        ("ec.retention_not_enforced", "donation_records"),
        ("ec.retention_not_enforced", "election_expenditures"),
        ("ec.retention_not_enforced", "financial_reports"),
        ("ec.retention_not_enforced", "member_registrations"),
        ("ec.row_security_not_enforced", "party"),
    ];
    assert_eq!(notes, expected.into());
}

#[test]
fn provinces_and_districts_that_stand_already_are_not_claimed_to_be_complete() {
    let fresh = pack().judge(&template::made_with_the_second_version());
    let upgraded = pack().judge(&template::upgraded());
    let (fresh, upgraded) = (fresh.unwrap(), upgraded.unwrap());
    let not_seen = [
        ("ec.geography_not_seen", "districts"),
        ("ec.geography_not_seen", "provinces"),
    ];
    assert!(said(&upgraded, Severity::Note).is_superset(&not_seen.into()));
    assert!(said(&fresh, Severity::Note).is_disjoint(&not_seen.into()));
}

#[test]
fn every_mutant_of_the_template_gives_exactly_the_errors_that_it_must() {
    for input in [
        template::made_with_the_first_version(),
        template::made_with_the_second_version(),
    ] {
        for (name, change, expected) in mutants::all() {
            let mut whole = serde_json::to_value(&input).unwrap();
            change(&mut whole);
            let mutant: Input = serde_json::from_value(whole).unwrap();
            assert_ne!(mutant, input, "{name}");
            let findings = pack().judge(&mutant).unwrap();
            let expected = expected.iter().copied().collect();
            assert_eq!(said(&findings, Severity::Error), expected, "{name}");
        }
    }
}

#[test]
fn there_are_many_mutants_and_one_at_least_for_every_error_of_the_pack() {
    let all = mutants::all();
    let names: BTreeSet<&str> = all.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names.len(), all.len());
    assert!(all.len() >= 25);
    let found: BTreeSet<&str> = all
        .iter()
        .flat_map(|(.., expected)| expected.iter().map(|(code, _)| *code))
        .collect();
    let pack = pack();
    let rules = &pack.manifest().rules;
    let errors = rules.iter().filter(|rule| rule.severity == Severity::Error);
    assert_eq!(found, errors.map(|rule| rule.code.as_str()).collect());
}
