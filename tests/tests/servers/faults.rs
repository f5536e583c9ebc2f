//! A crash at any statement and any writing to a ledger: `resume` ends at the plan's end or at the exact
//! start, the ledger and the schema agree, and nothing is left over.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use tests::Strata;
use tests::server::{Kind, TestServer};

use crate::life::{create, demand_healthy, home_on, login};

/// Where the tenants of a trial are.
struct Place(Option<TestServer>);

impl Place {
    /// Files, and every server that there is.
    fn all() -> Vec<Place> {
        let servers = TestServer::all()
            .into_iter()
            .map(|server| Place(Some(server)));
        std::iter::once(Place(None)).chain(servers).collect()
    }

    fn home(&self) -> Strata {
        self.0
            .as_ref()
            .map_or_else(tests::home::with_fixtures, home_on)
    }

    /// As `--server` says it.
    fn name(&self) -> &'static str {
        self.0.as_ref().map_or("file", |_| "east")
    }

    /// A slug that no other test has.
    fn slug(&self, stem: &str) -> String {
        self.0
            .as_ref()
            .map_or_else(|| stem.to_owned(), |server| server.slug(stem))
    }

    fn sweeping(&self, slug: &str) -> Option<tests::server::Swept> {
        self.0.as_ref().map(|server| server.sweeping(&[slug]))
    }

    /// Demands that the tenant's two roles are there, or its file and none besides.
    fn demand_no_orphan(&self, strata: &Strata, slug: &str, told: &str) {
        let Some(server) = &self.0 else {
            let files = std::fs::read_dir(strata.home().join("tenants")).unwrap();
            let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
            assert_eq!(names, [format!("tenant_{slug}.db").as_str()], "{told}");
            return;
        };
        let (application, _) = login(strata, slug);
        let migration = application.replace("_app", "_mig");
        assert_eq!(server.roles(&[application, migration]).len(), 2, "{told}");
    }
}

/// Runs to the point; the points that were reached.
fn die(strata: &Strata, at: usize, what: &[&str]) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dying"));
    command.stderr(Stdio::null());
    let binary = tests::workspace::binary();
    strata.set_up(&mut command);
    let output = command
        .env("STRATA_TEST_BINARY", binary)
        .arg(strata.home())
        .arg(at.to_string())
        .args(what)
        .output()
        .unwrap();
    assert_eq!(output.status.success(), at == 0, "point {at} of {what:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    printed.lines().map(str::to_owned).collect()
}

/// The points at which to die: all in the full suite, else some of each kind.
fn chosen(points: &[String]) -> Vec<usize> {
    let mut by_kind: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (n, point) in points.iter().enumerate() {
        by_kind.entry(point).or_default().push(n + 1);
    }
    if std::env::var("STRATA_TEST_FULL").is_ok() {
        return (1..=points.len()).collect();
    }
    let some = |all: Vec<usize>| [all[0], all[all.len() / 2], all[all.len() - 1]];
    let mut chosen: Vec<usize> = by_kind.into_values().flat_map(some).collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// The tenant that the customization of the fixtures is for: all four layers.
const SLUG: &str = "acme";

#[test]
fn a_building_that_dies_anywhere_is_finished_by_resume() {
    for place in Place::all() {
        let (points, wanted) = {
            let strata = place.home();
            let _swept = place.sweeping(SLUG);
            let points = die(&strata, 0, &["create", place.name(), SLUG]);
            strata.ok(&["verify", "isolation", SLUG]);
            (points, fingerprint(&strata, SLUG))
        };
        for at in chosen(&points) {
            let strata = place.home();
            let _swept = place.sweeping(SLUG);
            die(&strata, at, &["create", place.name(), SLUG]);
            let resumed = strata.run(&["resume", SLUG]);
            let told = format!("point {at} ({}):\n{}", points[at - 1], resumed.stderr);
            let fine = resumed.status == 0 || resumed.stderr.contains("run.nothing_to_resume");
            assert!(fine, "{told}");
            assert_eq!(fingerprint(&strata, SLUG), wanted, "{told}");
            let shown = strata.json(&["tenant", "show", SLUG]);
            assert_eq!(
                shown["tenant"]["provisioning_status"], "completed",
                "{told}"
            );
            place.demand_no_orphan(&strata, SLUG, &told);
            demand_healthy(&strata);
        }
    }
}

fn fingerprint(strata: &Strata, slug: &str) -> serde_json::Value {
    strata.json(&["tenant", "show", slug])["tenant"]["fingerprint"].clone()
}

#[test]
fn a_change_that_fails_and_dies_anywhere_ends_at_the_exact_start_or_its_end() {
    for place in Place::all() {
        let strata = place.home();
        let stumble =
            tests::workspace::root().join("tests/tests/provisioning/stumble/fx_stumble-1.0.0.wasm");
        strata.ok(&["plugin", "add", stumble.to_str().unwrap()]);
        let prepared = |slug: &str| {
            let mut arguments = create(slug, place.name());
            arguments.extend(["--fact", "twice=yes"]);
            strata.ok(&arguments);
            let before = fingerprint(&strata, slug);
            let plan = strata.json(&["plan", slug, "--add-module", "fx_stumble"]);
            (before, plan["digest"].as_str().unwrap().to_owned())
        };
        let twin = place.slug("twin");
        let _swept = place.sweeping(&twin);
        let (before, digest) = prepared(&twin);
        let points = die(&strata, 0, &["apply", &twin, &digest]);
        let after = fingerprint(&strata, &twin);
        assert_eq!(before, after, "the plan fails and is undone");
        let mut swept = Vec::new();
        for at in chosen(&points) {
            let slug = place.slug(&format!("dies-{at}"));
            swept.push(place.sweeping(&slug));
            let (_, digest) = prepared(&slug);
            die(&strata, at, &["apply", &slug, &digest]);
            let resumed = strata.run(&["resume", &slug]);
            let told = format!("point {at} ({}):\n{}", points[at - 1], resumed.stderr);
            let fine = ["run.undone", "run.nothing_to_resume"];
            assert!(
                fine.iter().any(|code| resumed.stderr.contains(code)),
                "{told}"
            );
            let shown = strata.json(&["tenant", "show", &slug]);
            assert_eq!(shown["tenant"]["fingerprint"], before, "{told}");
            demand_healthy(&strata);
        }
    }
}

#[test]
fn a_database_whose_marking_died_between_two_definitions_is_marked_again() {
    let Some(server) = TestServer::of(Kind::Mysql) else {
        return;
    };
    let strata = home_on(&server);
    let slug = server.slug("marked");
    let _swept = server.sweeping(&[&slug]);
    let points = {
        let twin = server.slug("twin");
        let _swept = server.sweeping(&[&twin]);
        die(&strata, 0, &["create", "east", &twin])
    };
    let made = points
        .iter()
        .position(|point| point == "BeforeLedger")
        .unwrap();
    die(&strata, made, &["create", "east", &slug]);
    let database = format!("tenant_{}", slug.replace('-', "_"));
    for sql in [
        "DROP TABLE IF EXISTS strata_meta",
        "DROP TABLE IF EXISTS strata_ledger",
        "CREATE TABLE strata_ledger (sequence bigint PRIMARY KEY)",
    ] {
        server.execute(&database, sql).unwrap();
    }
    strata.ok(&["resume", &slug]);
    let shown = strata.json(&["tenant", "show", &slug]);
    assert_eq!(shown["tenant"]["provisioning_status"], "completed");
}
