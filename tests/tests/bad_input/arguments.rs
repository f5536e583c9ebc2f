//! What is wrong with a command before anything is looked up: slugs, names, settings, facts, references,
//! the configuration, the home.

use tests::home::with_fixtures;
use tests::strata::{failure, with_json};
use tests::{Strata, snapshot_of};

use crate::refusal::{assert_said, create, refused};

#[test]
fn a_slug_that_is_not_one_is_refused() {
    let strata = with_fixtures();
    let too_long = "a".repeat(51);
    let cases = [
        ("", "``"),
        (&too_long, too_long.as_str()),
        ("Acme", "`Acme`"),
        ("../x", "`../x`"),
        ("a/b", "`a/b`"),
        ("a.b", "`a.b`"),
        ("a b", "`a b`"),
        ("_a", "`_a`"),
        ("acme\n", "`acme\\u{a}`"),
        ("a\u{202e}b", "`a\\u{202e}b`"),
        ("\u{928}\u{947}", "\u{928}"),
        ("a'b", "`a'b`"),
        ("a\"b", "`a\"b`"),
    ];
    for (slug, shown) in cases {
        refused(&strata, &create(slug, &[]), ("slug.invalid", 3), &[shown]);
    }
    let longest = "a".repeat(50);
    strata.ok(&create(&longest, &["--dry-run"]));
}

#[test]
fn every_command_refuses_a_slug_that_is_not_one() {
    let strata = with_fixtures();
    let plan = "sha256:0123456789ab";
    let commands: [&[&str]; 6] = [
        &["tenant", "show", "../x"],
        &["plan", "../x"],
        &["apply", "../x", "--plan", plan],
        &["resume", "../x"],
        &["history", "../x"],
        &["explain", "../x", "people"],
    ];
    for command in commands {
        refused(&strata, command, ("slug.invalid", 3), &["`../x`"]);
    }
}

#[test]
fn a_reserved_slug_is_refused() {
    let strata = with_fixtures();
    for slug in [
        "landlord",
        "strata",
        "postgres",
        "information-schema",
        "main",
    ] {
        refused(&strata, &create(slug, &[]), ("slug.reserved", 3), &[slug]);
    }
}

#[test]
fn a_slug_that_becomes_the_database_of_another_is_refused() {
    let strata = with_fixtures();
    strata.ok(&create("a-b", &[]));
    let collision = ("slug.collision", 5);
    refused(
        &strata,
        &create("a_b", &[]),
        collision,
        &["`a_b`", "`a-b`", "tenant_a_b"],
    );
}

#[test]
fn a_name_that_cannot_be_shown_is_refused() {
    let strata = with_fixtures();
    let too_long = "n".repeat(256);
    let cases = [
        ("", "``"),
        ("  ", "`  `"),
        ("a\nb", "\\u{a}"),
        ("a\u{1b}[2Jb", "\\u{1b}"),
        ("a\u{7f}b", "\\u{7f}"),
        ("a\u{202e}b", "\\u{202e}"),
        ("a\u{2066}b", "\\u{2066}"),
        (&too_long, "nnnn"),
    ];
    for (name, shown) in cases {
        let command = ["tenant", "create", "acme", "--name", name];
        refused(
            &strata,
            &command,
            ("tenant.name_invalid", 3),
            &["`acme`", shown],
        );
    }
}

#[test]
fn a_name_with_quotes_and_joiners_is_a_name() {
    let strata = with_fixtures();
    // Nepali needs the zero-width joiner; a quote is a character like any other.
    let name = "Robert'); DROP TABLE tenants;-- \" \u{930}\u{94d}\u{200d}\u{92f}";
    strata.ok(&["tenant", "create", "acme", "--name", name]);
    let shown = strata.json(&["tenant", "show", "acme"]);
    assert_eq!(shown["tenant"]["name"], name, "{shown:#}");
}

#[test]
fn a_setting_or_fact_that_is_not_one_is_refused() {
    let strata = with_fixtures();
    let cases = [
        (["--set", "rubbish"], ("setting.syntax", 2)),
        (["--set", "fx_club=1"], ("setting.syntax", 2)),
        (["--set", "fx_club.=1"], ("setting.syntax", 2)),
        (["--set", "Fx Club.key=1"], ("plugin.id_invalid", 3)),
        (["--fact", "rubbish"], ("fact.syntax", 2)),
        (["--fact", "=value"], ("fact.syntax", 2)),
        (["--fact", "KEY=value"], ("fact.syntax", 2)),
        (["--fact", "key=a\nb"], ("fact.syntax", 2)),
        (["--fact", "key=a\u{202e}b"], ("fact.syntax", 2)),
    ];
    for (option, code) in cases {
        let named = option[1].split(['.', '\n', '\u{202e}']).next().unwrap();
        refused(&strata, &create("acme", &option), code, &[named]);
    }
}

#[test]
fn a_reference_to_a_plugin_that_is_not_one_is_refused() {
    let strata = with_fixtures();
    let (id, reference) = (("plugin.id_invalid", 3), ("plugin.reference_invalid", 2));
    let cases = [
        ("Fx", id),
        ("../fx_club", id),
        ("", id),
        ("fx\u{202e}", id),
        ("fx_club@", reference),
        ("fx_club@one", reference),
        ("fx_club@1", reference),
    ];
    for (text, code) in cases {
        for option in ["--template", "--module", "--custom"] {
            let shown = text.trim_end_matches('\u{202e}');
            refused(&strata, &create("acme", &[option, text]), code, &[shown]);
        }
    }
}

#[test]
fn an_unknown_tenant_is_named_by_every_command() {
    let strata = with_fixtures();
    let plan = "sha256:0123456789ab";
    let commands: [&[&str]; 6] = [
        &["tenant", "show", "nobody"],
        &["plan", "nobody"],
        &["apply", "nobody", "--plan", plan],
        &["resume", "nobody"],
        &["history", "nobody"],
        &["explain", "nobody", "people"],
    ];
    for command in commands {
        refused(&strata, command, ("tenant.unknown", 3), &["`nobody`"]);
    }
}

#[test]
fn an_object_that_the_tenant_does_not_have_is_named() {
    let strata = with_fixtures();
    strata.ok(&create("acme", &[]));
    let (unknown, invalid) = (("object.unknown", 3), ("object.invalid", 2));
    let cases = [
        ("nothing", unknown, "`nothing`"),
        ("people.nothing", unknown, "nothing"),
        ("x; y", invalid, "`x; y`"),
        ("a.b.c", invalid, "a.b.c"),
        ("people\u{1b}", invalid, "people\\u{1b}"),
        ("", invalid, "``"),
    ];
    for (object, code, shown) in cases {
        refused(&strata, &["explain", "acme", object], code, &[shown]);
    }
}

#[test]
fn other_arguments_for_a_tenant_that_is_there_are_refused() {
    let strata = with_fixtures();
    let first = create(
        "acme",
        &["--template", "fx_club@1.0.0", "--fact", "country=NP"],
    );
    strata.ok(&first);
    let template = ["--template", "fx_club@1.0.0"];
    let others: [Vec<&str>; 4] = [
        create("acme", &template),
        create(
            "acme",
            &["--template", "fx_club@2.0.0", "--fact", "country=NP"],
        ),
        create(
            "acme",
            &["--template", "fx_club@1.0.0", "--fact", "country=IN"],
        ),
        [
            "tenant",
            "create",
            "acme",
            "--name",
            "Other",
            "--template",
            "fx_club@1.0.0",
        ]
        .to_vec(),
    ];
    for other in others {
        refused(
            &strata,
            &other,
            ("tenant.exists_differently", 5),
            &["`acme`"],
        );
    }
    let again = strata.json(&first);
    assert_eq!(again["slug"], "acme");
}

#[test]
fn a_command_outside_a_home_says_how_to_make_one() {
    let strata = Strata::bare();
    let commands: [&[&str]; 8] = [
        &["tenant", "list"],
        &["tenant", "show", "acme"],
        &["tenant", "create", "acme", "--name", "Acme"],
        &["plugin", "list"],
        &["plan", "acme"],
        &["history", "acme"],
        &["resume", "acme"],
        &["doctor"],
    ];
    for command in commands {
        let home = strata.home();
        let named = home.to_str().unwrap();
        let failure = refused(&strata, command, ("home.missing", 3), &[named]);
        assert!(failure.hints[0].contains("strata init"), "{failure:#?}");
    }
    assert!(!strata.home().exists());
}

#[test]
fn a_configuration_that_does_not_fit_is_refused() {
    let cases = [
        ("[database]\nmax_pages = 3\n", "max_pages"),
        ("[databases]\nmax_page_count = 3\n", "databases"),
        ("colour = 3\n", "colour"),
        ("[database]\nmax_page_count = \"many\"\n", "max_page_count"),
        ("[database]\nmax_page_count = -1\n", "max_page_count"),
        ("[output]\nformat = \"xml\"\n", "output.format"),
        ("[log]\nlevel = \"loud\"\n", "log.level"),
        ("[log]\nformat = \"xml\"\n", "log.format"),
        ("rubbish\n", "config.toml"),
    ];
    let strata = with_fixtures();
    for (text, named) in cases {
        std::fs::write(strata.home().join("config.toml"), text).unwrap();
        let before = snapshot_of(&strata.home());
        // Without `--output json`, which would override `output.format`.
        let outcome = strata.run(&["tenant", "list"]);
        assert_eq!(outcome.status, 2, "{text}: {outcome:?}");
        for part in ["error[config.invalid]: ", named, "\n  hint: "] {
            assert!(
                outcome.stderr.contains(part),
                "{part} of {text}: {outcome:?}"
            );
        }
        assert_eq!(before.changes_to(&snapshot_of(&strata.home())), [""; 0]);
    }
}

#[test]
fn a_variable_that_does_not_fit_is_refused() {
    let strata = with_fixtures().with("STRATA_DATABASE_MAX_PAGE_COUNT", "many");
    let names = ["STRATA_DATABASE_MAX_PAGE_COUNT", "many"];
    refused(&strata, &["tenant", "list"], ("config.invalid", 2), &names);
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let strata = with_fixtures();
    let key = strata.home().join("keys/master.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    refused(
        &strata,
        &["tenant", "list"],
        ("key.invalid", 6),
        &["master.key"],
    );
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&key, b"short").unwrap();
    refused(
        &strata,
        &["tenant", "list"],
        ("key.invalid", 6),
        &["master.key"],
    );
}

#[test]
fn a_call_that_cannot_be_understood_ends_with_two() {
    let strata = with_fixtures();
    let calls: [&[&str]; 4] = [
        &["tenants"],
        &["tenant", "create", "acme"],
        &["tenant", "list", "--output", "xml"],
        &["apply", "acme"],
    ];
    for call in calls {
        let before = snapshot_of(&strata.home());
        let outcome = strata.run(call);
        assert_eq!(outcome.status, 2, "{outcome:?}");
        assert!(outcome.stderr.contains("--help"), "{outcome:?}");
        assert_eq!(before, snapshot_of(&strata.home()));
    }
}

#[test]
fn an_argument_with_escapes_does_not_reach_the_terminal() {
    let strata = with_fixtures();
    let slug = "\u{1b}]0;owned\u{7}";
    let outcome = strata.run(&create(slug, &[]));
    assert_eq!(outcome.status, 3);
    assert!(!outcome.stderr.contains('\u{1b}'), "{outcome:?}");
    let failed = failure(&strata.run(&with_json(&create(slug, &[]))));
    assert_said(&failed, ("slug.invalid", 3), &["owned"]);
}
