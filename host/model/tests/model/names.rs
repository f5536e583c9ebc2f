//! What may be a name, a slug, an id, a reference or a digest, and what is shown of what may not.

use model::digest::{Digest, DigestPrefix};
use model::id::{MigrationId, PluginId, PluginReference, Slug, TenantId};
use model::name::display;
use model::{Error, Name};

/// Texts that nothing takes: each would steer a shell, a terminal, a path or a statement.
const HOSTILE: &[&str] = &[
    "",
    " ",
    "a b",
    "a\"b",
    "a'b",
    "a`b",
    "a;b",
    "a.b",
    "a/b",
    "../x",
    "..",
    "a\\b",
    "a\0",
    "\0",
    "a\n",
    "a\r\n",
    "\ta",
    "a\u{1b}[31m",
    "a\u{202e}b",
    "a\u{200b}b",
    "\u{feff}a",
    "é",
    "а",
    "A",
    "aB",
    "$a",
    "a$",
    "a%",
    "a*",
    "--",
    "/*a*/",
    "a\u{7f}",
];

fn code<T>(result: Result<T, Error>) -> Option<&'static str> {
    result.err().map(|error| error.code().name)
}

#[test]
fn hostile_texts_are_no_names_and_no_identifiers() {
    for text in HOSTILE {
        assert_eq!(code(Name::new(*text)), Some("name.invalid"), "{text:?}");
        assert_eq!(
            code(Name::internal(*text)),
            Some("name.invalid"),
            "{text:?}"
        );
        assert_eq!(
            code(PluginId::new(*text)),
            Some("plugin.id_invalid"),
            "{text:?}"
        );
        assert_eq!(
            code(MigrationId::new(*text)),
            Some("migration.id_invalid"),
            "{text:?}"
        );
        assert_eq!(code(Slug::new(*text)), Some("slug.invalid"), "{text:?}");
        assert!(text.parse::<PluginReference>().is_err(), "{text:?}");
        assert!(
            serde_json::from_value::<Name>((*text).into()).is_err(),
            "{text:?}"
        );
    }
}

#[test]
fn a_name_is_lower_case_within_63_bytes_and_not_reserved() {
    for good in ["a", "_", "_a1", "plan", "order", "select", &"x".repeat(63)] {
        assert_eq!(Name::new(good).unwrap().as_str(), good);
    }
    for (bad, why) in [
        ("1a".to_owned(), "name.invalid"),
        ("a-b".to_owned(), "name.invalid"),
        ("x".repeat(64), "name.invalid"),
        ("strata_".to_owned(), "name.reserved"),
        ("strata_ledger".to_owned(), "name.reserved"),
    ] {
        assert_eq!(code(Name::new(bad.clone())), Some(why), "{bad}");
    }
    assert!(Name::new("strata").is_ok() && Name::new("_strata_x").is_ok());
    assert!(Name::internal("strata_ledger").is_ok());
}

#[test]
fn a_slug_is_1_to_50_of_its_letters_and_none_that_strata_keeps() {
    for good in ["a", "7", "acme", "a-b_c", "0-", &"x".repeat(50)] {
        assert_eq!(Slug::new(good).unwrap().as_str(), good);
    }
    for bad in [
        "-a",
        "_a",
        "Acme",
        "../x",
        "acme\n",
        "a/b",
        "a b",
        "a.b",
        "%2e",
        &"x".repeat(51),
    ] {
        assert_eq!(code(Slug::new(bad)), Some("slug.invalid"), "{bad:?}");
    }
    for kept in [
        "landlord",
        "strata",
        "template",
        "template0",
        "postgres",
        "information-schema",
        "information_schema",
        "root",
    ] {
        assert_eq!(code(Slug::new(kept)), Some("slug.reserved"), "{kept}");
    }
}

#[test]
fn the_database_name_of_a_slug_is_a_name_that_every_database_takes() {
    assert_eq!(Slug::new("a-b_c").unwrap().database_name(), "tenant_a_b_c");
    let longest = Slug::new("x".repeat(50)).unwrap().database_name();
    assert!(Name::internal(longest).is_ok());
}

#[test]
fn plugin_and_migration_ids_have_their_own_limits() {
    assert!(PluginId::new("a".repeat(40)).is_ok() && PluginId::new("a1_b").is_ok());
    for bad in ["1a", "_a", "a__b", "a-b", &"a".repeat(41)] {
        assert_eq!(code(PluginId::new(bad)), Some("plugin.id_invalid"), "{bad}");
    }
    assert!(MigrationId::new("0001_init").is_ok() && MigrationId::new("a".repeat(80)).is_ok());
    for bad in ["_a", "a-b", &"a".repeat(81)] {
        assert_eq!(
            code(MigrationId::new(bad)),
            Some("migration.id_invalid"),
            "{bad}"
        );
    }
}

#[test]
fn a_plugin_reference_is_an_id_with_or_without_an_exact_version() {
    for text in ["crm", "crm@1.2.3", "crm@1.2.3-beta.1"] {
        let reference: PluginReference = text.parse().unwrap();
        assert_eq!(reference.to_string(), text);
    }
    for (text, why) in [
        ("crm@", "plugin.reference_invalid"),
        ("crm@1", "plugin.reference_invalid"),
        ("crm@^1.2", "plugin.reference_invalid"),
        ("crm@1.2.3@4", "plugin.reference_invalid"),
        ("crm@1.2.3\n", "plugin.reference_invalid"),
        ("@1.2.3", "plugin.id_invalid"),
        ("CRM@1.2.3", "plugin.id_invalid"),
    ] {
        assert_eq!(code(text.parse::<PluginReference>()), Some(why), "{text:?}");
    }
}

#[test]
fn a_digest_is_taken_whole_and_a_prefix_from_twelve_digits_on() {
    let digest = Digest::of_bytes(b"x");
    assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
    for bad in [
        digest.hex(),
        format!("{digest}0"),
        digest.to_string()[..70].to_owned(),
        "sha256:".to_owned(),
    ] {
        assert_eq!(code(bad.parse::<Digest>()), Some("digest.invalid"), "{bad}");
    }
    let prefix: DigestPrefix = digest.short().parse().unwrap();
    assert!(prefix.matches(&digest) && !prefix.matches(&Digest::of_bytes(b"y")));
    for bad in [
        &digest.hex()[..11],
        "zzzzzzzzzzzz",
        "",
        "sha256:%%%%%%%%%%%%",
    ] {
        assert_eq!(
            code(bad.parse::<DigestPrefix>()),
            Some("digest.invalid"),
            "{bad}"
        );
    }
    assert_eq!(code("not-a-uuid".parse::<TenantId>()), Some("id.invalid"));
}

#[test]
fn foreign_text_is_shown_without_what_steers_a_terminal() {
    for text in HOSTILE {
        let shown = display(text);
        let steers = |c: char| {
            c.is_control()
                || c == '`'
                || ('\u{202a}'..='\u{202e}').contains(&c)
                || c == '\u{200b}'
                || c == '\u{feff}'
        };
        assert!(!shown.contains(steers), "{shown:?}");
    }
    assert_eq!(display(&"x".repeat(500)).chars().count(), 81);
    insta::assert_debug_snapshot!(Name::new("a\u{1b}[31m\u{202e}`; DROP").unwrap_err(), @r#"
    name.invalid: the name `a\u{1b}[31m\u{202e}\u{60}; DROP` is not allowed
      hint: a name begins with a letter or `_`, goes on with lower-case letters, digits and `_`, and has at most 63 bytes (this one has 16)
    "#);
    insta::assert_debug_snapshot!(Slug::new("../x\n").unwrap_err(), @r#"
    slug.invalid: the slug `../x\u{a}` is not allowed
      hint: a slug is 1 to 50 of `a-z`, `0-9`, `_` and `-`, beginning with a letter or digit
    "#);
}

#[test]
fn every_code_of_the_room_is_its_own_and_is_written_noun_dot_reason() {
    let names: Vec<&str> = model::codes::all().iter().map(|code| code.name).collect();
    let distinct: std::collections::BTreeSet<&&str> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
    for code in model::codes::all() {
        let (noun, reason) = code.name.split_once('.').unwrap();
        let shaped = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        };
        assert!(shaped(noun) && shaped(reason), "{}", code.name);
        assert!(code.meaning.ends_with('.'), "{}", code.name);
    }
}

#[test]
fn every_hidden_character_is_shown_escaped_and_joiners_are_no_offence() {
    for hidden in [
        '\u{ad}',
        '\u{61c}',
        '\u{2028}',
        '\u{2029}',
        '\u{206f}',
        '\u{fff9}',
        '\u{e0041}',
        '\n',
    ] {
        let text = format!("a{hidden}b");
        assert!(!display(&text).contains(hidden), "{hidden:?}");
        assert!(model::name::has_hidden(&text), "{hidden:?}");
    }
    assert!(!display("a\u{200d}b").contains('\u{200d}'));
    assert!(!model::name::has_hidden("a\u{200d}b \u{fc}"));
}
