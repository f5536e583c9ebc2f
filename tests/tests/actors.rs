//! Who may run commands, and what they leave in the audit log.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests stand outside test functions"
)]

use std::collections::BTreeMap;

use model::{Actor, ActorKind, Deed, Role, Slug};
use tests::strata::{failure, outcome, with_json};
use tests::{Strata, home, workspace};

/// Runs a command as the actor of a token.
fn run(strata: &Strata, token: &str, arguments: &[&str]) -> tests::strata::Outcome {
    let mut command = strata.command(&with_json(arguments));
    outcome(command.env("STRATA_TOKEN", token))
}

/// The error's code, or `done`.
fn code(strata: &Strata, token: &str, arguments: &[&str]) -> String {
    let outcome = run(strata, token, arguments);
    match outcome.status {
        0 => "done".to_owned(),
        _ => failure(&outcome).code,
    }
}

fn json(strata: &Strata, token: &str, arguments: &[&str]) -> serde_json::Value {
    let outcome = run(strata, token, arguments);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    serde_json::from_str(&outcome.stdout).unwrap()
}

/// Adds an actor and returns its token.
fn add(strata: &Strata, by: &str, name: &str, more: &[&str]) -> String {
    let mut arguments = vec!["actor", "add", name];
    arguments.extend(more);
    let added = json(strata, by, &arguments);
    added["token"].as_str().unwrap().to_owned()
}

fn with_tenant() -> Strata {
    let strata = home::with_fixtures();
    strata.ok(&[
        "tenant",
        "create",
        "acme",
        "--name",
        "Acme",
        "--template",
        "fx_club@1.0.0",
    ]);
    strata
}

#[test]
fn from_the_first_actor_on_nothing_runs_without_a_token() {
    let strata = with_tenant();
    let refused = strata.error(&["actor", "add", "hari", "--role", "operator"]);
    assert_eq!(refused.code, "actor.last_admin");
    let root = add(&strata, "", "root", &["--role", "admin"]);
    for arguments in [
        &["tenant", "list"][..],
        &["tenant", "show", "acme"],
        &["actor", "add", "hari", "--role", "admin"],
        &["audit", "log"],
        &["doctor"],
    ] {
        let refused = strata.error(arguments);
        assert_eq!((&*refused.code, refused.exit), ("actor.token_missing", 4));
        assert!(!refused.hints.is_empty());
        assert_eq!(
            code(&strata, &format!("{root}x"), arguments),
            "actor.token_refused"
        );
        assert_eq!(
            code(&strata, "strata_hunter2", arguments),
            "actor.token_refused"
        );
    }
    assert_eq!(code(&strata, &root, &["tenant", "list"]), "done");
    let file = strata.file("token", format!("{root}\n").as_bytes());
    strata.ok(&["tenant", "list", "--token-file", &file]);
    let hari = add(
        &strata,
        &root,
        "hari",
        &["--role", "operator", "--role", "viewer"],
    );
    assert_eq!(code(&strata, &hari, &["tenant", "list"]), "done");
    json(&strata, &root, &["actor", "disable", "hari"]);
    let refused = failure(&run(&strata, &hari, &["tenant", "list"]));
    assert_eq!(refused.code, "actor.token_refused");
    assert!(!refused.text().contains(&hari));
    assert_eq!(
        code(&strata, &root, &["actor", "disable", "root"]),
        "actor.last_admin"
    );
    let again = ["actor", "add", "hari", "--role", "viewer"];
    assert_eq!(code(&strata, &root, &again), "actor.exists");
    let without = ["actor", "add", "sita", "--role", "tenant-admin"];
    assert_eq!(code(&strata, &root, &without), "actor.tenants_missing");
    let stored = std::fs::read(strata.landlord_file()).unwrap();
    for token in [&root, &hari] {
        let secret = token.rsplit_once('_').unwrap().1;
        assert!(
            !stored
                .windows(secret.len())
                .any(|part| part == secret.as_bytes())
        );
    }
}

/// A command for each deed, which is refused for another reason, or does no harm, when it is allowed.
fn commands() -> BTreeMap<Deed, Vec<&'static str>> {
    let create = [
        "tenant",
        "create",
        "new",
        "--name",
        "N",
        "--template",
        "no_such",
    ];
    [
        (Deed::Look, vec!["tenant", "list"]),
        (Deed::LookAtTenant, vec!["tenant", "show", "acme"]),
        (Deed::CreateTenant, create.to_vec()),
        (Deed::ShowCredentials, vec!["tenant", "credentials", "acme"]),
        (
            Deed::RotateCredentials,
            vec!["tenant", "rotate-credentials", "acme"],
        ),
        (Deed::Plan, vec!["plan", "acme", "--template", "no_such"]),
        (Deed::Apply, vec!["apply", "acme", "--plan", "000000000000"]),
        (Deed::Resume, vec!["resume", "acme"]),
        (Deed::AddPlugin, vec!["plugin", "add", "no-such.wasm"]),
        (Deed::CheckCompliance, vec!["compliance", "check", "acme"]),
        (
            Deed::KeepPacks,
            vec!["compliance", "pack", "remove", "no-such"],
        ),
        (Deed::KeepServers, vec!["server", "remove", "no_such"]),
        (Deed::CheckServer, vec!["server", "check", "no_such"]),
        (Deed::VerifyIsolation, vec!["verify", "isolation", "acme"]),
        (Deed::KeepActors, vec!["actor", "disable", "nobody"]),
        (Deed::ListActors, vec!["actor", "list"]),
        (Deed::ReadAudit, vec!["audit", "log"]),
        (
            Deed::ExportAudit,
            vec!["audit", "export", "--file", "no/such/folder"],
        ),
    ]
    .into()
}

#[test]
fn every_role_may_run_the_commands_of_the_table_and_no_others() {
    let strata = with_tenant();
    let root = add(&strata, "", "root", &["--role", "admin"]);
    let commands = commands();
    assert_eq!(
        commands.len(),
        Deed::ALL.len(),
        "a deed has no command here"
    );
    for role in Role::ALL {
        let mut more = vec!["--role", role.as_str()];
        let slug = Slug::new("acme").unwrap();
        let mut actor = Actor {
            name: String::new(),
            kind: ActorKind::User,
            roles: [role].into(),
            tenants: Default::default(),
        };
        if role == Role::TenantAdmin {
            more.extend(["--tenant", "acme"]);
            actor.tenants.insert(slug.clone());
        }
        let token = add(&strata, &root, &format!("one-{role}"), &more);
        for (deed, command) in &commands {
            let is_about = command.contains(&"acme").then_some(&slug);
            let refused = code(&strata, &token, command) == "actor.not_allowed";
            assert_eq!(refused, !actor.may(*deed, is_about), "{role} {deed}");
        }
    }
}

#[test]
fn the_page_has_the_table_of_roles_that_holds() {
    let page = std::fs::read_to_string(workspace::root().join("docs/actors.md")).unwrap();
    for deed in Deed::ALL {
        let start = format!("| `{deed}` | ");
        let row = page.lines().find(|line| line.starts_with(&start));
        let cells: Vec<&str> = row
            .unwrap_or_else(|| panic!("no row for `{deed}`"))
            .split('|')
            .collect();
        for (role, cell) in Role::ALL.iter().zip(&cells[3..]) {
            let wanted = match (deed.roles().contains(role), role) {
                (false, _) => "",
                (true, Role::TenantAdmin) => "own",
                (true, _) => "yes",
            };
            assert_eq!(cell.trim(), wanted, "{deed} {role}");
        }
        let written = if deed.is_audited() { "yes" } else { "" };
        assert_eq!(cells[3 + Role::ALL.len()].trim(), written, "{deed}");
    }
}

#[test]
fn what_is_done_and_what_is_refused_stands_in_a_log_that_can_be_verified_elsewhere() {
    let strata = with_tenant();
    let root = add(&strata, "", "root", &["--role", "admin"]);
    let hari = add(&strata, &root, "hari", &["--role", "operator"]);
    let plan = json(
        &strata,
        &hari,
        &["plan", "acme", "--template", "fx_club@2.0.0"],
    );
    let digest = plan["digest"].as_str().unwrap();
    json(&strata, &hari, &["apply", "acme", "--plan", digest]);
    assert_eq!(
        code(&strata, &hari, &["actor", "disable", "root"]),
        "actor.not_allowed"
    );
    assert_eq!(
        code(&strata, &hari, &["apply", "acme", "--plan", digest]),
        "plan.base_moved"
    );
    let log = json(&strata, &root, &["audit", "log", "--actor", "hari"]);
    let told: Vec<[&str; 4]> = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            ["action", "subject", "outcome", "digest"]
                .map(|key| entry["event"][key].as_str().unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        told,
        [
            ["plan", "acme", "begun", "-"],
            ["plan", "acme", "done", digest],
            ["apply", "acme", "begun", "-"],
            ["apply", "acme", "done", digest],
            ["actor.keep", "root", "actor.not_allowed", "-"],
            ["apply", "acme", "begun", "-"],
            ["apply", "acme", "plan.base_moved", digest],
        ]
    );
    let file = strata.folder().join("export");
    let export = file.to_str().unwrap();
    let exported = json(&strata, &root, &["audit", "export", "--file", export]);
    let verified = Strata::bare().json(&["audit", "verify", "--file", export]);
    assert_eq!(exported["entries"], verified["entries"]);
    assert_eq!(
        code(&strata, &root, &["audit", "export", "--file", export]),
        "audit.export_failed"
    );
    json(&strata, &root, &["audit", "verify"]);
    let text = std::fs::read_to_string(&file).unwrap();
    for (changed, wanted) in [
        (
            text.replacen("plan.base_moved", "done", 1),
            "audit.tampered",
        ),
        (
            text.lines()
                .filter(|line| !line.contains("\"sequence\":5,"))
                .map(|line| format!("{line}\n"))
                .collect(),
            "audit.tampered",
        ),
        (
            text.lines()
                .take(6)
                .map(|line| format!("{line}\n"))
                .collect(),
            "audit.export_invalid",
        ),
        (String::new(), "audit.export_invalid"),
    ] {
        std::fs::write(&file, changed).unwrap();
        let refused = Strata::bare().error(&["audit", "verify", "--file", export]);
        assert_eq!(refused.code, wanted, "{refused:?}");
    }
}
