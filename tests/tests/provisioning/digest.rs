//! Same inputs, other machine: the same plan digest. The golden file holds it for the committed fixtures.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tests::{home, workspace};

use crate::world::text;

/// What is planned, under the name that it has in the golden file.
const PLANNED: [(&str, &[&str]); 3] = [
    ("club-1", &["--template", "fx_club@1.0.0"]),
    (
        "club-1-events",
        &[
            "--template",
            "fx_club@1.0.0",
            "--module",
            "fx_events",
            "--fact",
            "province=np-p3",
        ],
    ),
    (
        "club-2-currency",
        &[
            "--template",
            "fx_club@2.0.0",
            "--set",
            "fx_club.currency=EUR",
            "--fact",
            "locale=ne",
        ],
    ),
];

fn golden() -> PathBuf {
    workspace::root().join("tests/golden/plan-digest.txt")
}

/// The digests of what is planned for a tenant of this name, in a home of its own.
fn digests(slug: &str, name: &str) -> BTreeMap<String, String> {
    let strata = home::with_fixtures();
    let digest = |(key, options): &(&str, &[&str])| {
        let mut create = vec!["tenant", "create", slug, "--name", name, "--dry-run"];
        create.extend(*options);
        ((*key).to_owned(), text(&strata.json(&create)["digest"]))
    };
    PLANNED.iter().map(digest).collect()
}

fn lines(digests: &BTreeMap<String, String>) -> String {
    let line = |(key, digest): (&String, &String)| format!("{key} {digest}\n");
    digests.iter().map(line).collect()
}

#[test]
fn plans_of_tenants_whose_facts_read_alike_have_one_digest_on_every_machine() {
    let one = lines(&digests("acme", "Acme"));
    assert_eq!(one, lines(&digests("quite_another-1", "Quite another")));
    if std::env::var_os("STRATA_TEST_BLESS").is_some() {
        std::fs::create_dir_all(golden().parent().unwrap()).unwrap();
        std::fs::write(golden(), &one).unwrap();
    }
    assert_eq!(
        one,
        std::fs::read_to_string(golden()).unwrap(),
        "the digest of the same plan changed: raise `PLAN_FORMAT` if plans mean something else now, \
         then run this test with `STRATA_TEST_BLESS=1`"
    );
}

#[test]
fn a_fact_that_is_read_is_in_the_digest_and_one_that_is_not_is_not() {
    let strata = home::with_fixtures();
    let digest = |fact: &str| {
        let create = ["tenant", "create", "acme", "--name", "A", "--dry-run"];
        let mut create = create.to_vec();
        create.extend(["--template", "fx_club@1.0.0", "--fact", fact]);
        text(&strata.json(&create)["digest"])
    };
    assert_eq!(digest("color=red"), digest("color=blue"));
    assert_ne!(digest("province=np-p1"), digest("province=np-p3"));
}
