//! How long a first tenant, a further tenant and one plugin call take, beside the raw replay of the same
//! final DDL through the same driver in the same run.
//!
//! It prints a table and judges nothing: figures are compared within one run, never between machines.
//! `cargo bench -p tests --bench provisioning`; `STRATA_BENCH_ROUNDS` says how often (at least 5, else 9).
//!
//! The program is its own compiler process: with `compile-component` as its first word it does only that.
#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot be made ends the program"
)]
#![expect(clippy::print_stdout, reason = "the table is the result")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use engine::home::{Home, HomeOptions};
use engine::progress::Silent;
use engine::provision;
use engine::request::TenantRequest;
use model::emission::{Settings, TenantFacts};
use model::id::{MigrationId, Slug};
use model::plan::{Plan, Step};
use model::schema::Schema;
use model::{Digest, ForeignKeys};
use plugin::{Call, Compiler, Host, Store};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tests::{components, workspace};

/// The hidden command that [`Compiler`] calls.
const COMPILE: &str = "compile-component";
/// The plugin and the migration that is called: the one with the most rows.
const CALLED: (&str, &str) = ("political_party_nepal", "001_geography");
/// How many warm calls one round makes; the median of them counts.
const WARM_CALLS: usize = 50;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let [command, input, output] = &arguments[..]
        && command == COMPILE
    {
        plugin::compile::compile_component(Path::new(input), Path::new(output)).unwrap();
        return;
    }
    let rounds = std::env::var("STRATA_BENCH_ROUNDS").map_or(9, |n| n.parse().unwrap());
    let folder = tempfile::tempdir_in(workspace::scratch()).unwrap();
    let base = folder.path().join("base");
    prepare(&base).await;
    let mut figures = Figures::default();
    let mut plan = None;
    for round in 0..rounds.max(5) {
        let home = folder.path().join(format!("home-{round}"));
        copy(&base, &home);
        tenants(&home, &mut figures, &mut plan).await;
        calls(&home, &mut figures);
        replays(folder.path(), plan.as_ref().unwrap(), &mut figures).await;
        fs::remove_dir_all(&home).unwrap();
    }
    figures.print(plan.as_ref().unwrap(), rounds.max(5));
}

/// What was measured, by what it is.
#[derive(Default)]
struct Figures(BTreeMap<What, Vec<Duration>>);

/// What is measured, in the order of the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    ReplayAtOnce,
    ReplayByMigration,
    OpenHome,
    FirstTenant,
    FurtherTenant,
    PlanAlone,
    ColdCall,
    WarmCall,
}

impl What {
    fn title(self) -> &'static str {
        match self {
            What::ReplayAtOnce => "raw replay, one transaction",
            What::ReplayByMigration => "raw replay, a transaction a migration",
            What::OpenHome => "open a home",
            What::FirstTenant => "first tenant (components precompiled)",
            What::FurtherTenant => "further tenant (components loaded)",
            What::PlanAlone => "  of which: the plan",
            What::ColdCall => "plugin call, cold (loaded from precompiled code)",
            What::WarmCall => "plugin call, warm",
        }
    }
}

impl Figures {
    fn add(&mut self, what: What, took: Duration) {
        self.0.entry(what).or_default().push(took);
    }

    fn print(&mut self, plan: &Plan, rounds: usize) {
        let statements = plan.steps.iter().map(|step| step.statements.len());
        println!(
            "\n{} migrations, {} statements, SQLite {}; medians of {rounds} rounds, milliseconds\n",
            plan.steps.len(),
            statements.sum::<usize>(),
            plan.capabilities.version
        );
        let of = |what| {
            self.0
                .get(&what)
                .map_or(Duration::ZERO, |took| median(took))
        };
        let (at_once, by_migration) = (of(What::ReplayAtOnce), of(What::ReplayByMigration));
        println!(
            "{:<50} {:>9} {:>19} {:>10} {:>13}",
            "", "median", "least – most", "× at once", "× by migration"
        );
        for (what, took) in &self.0 {
            let middle = median(took);
            let spread = format!(
                "{} – {}",
                ms(*took.iter().min().unwrap()),
                ms(*took.iter().max().unwrap())
            );
            let times = |replay: Duration| middle.as_secs_f64() / replay.as_secs_f64();
            println!(
                "{:<50} {:>9} {:>19} {:>10.2} {:>13.2}",
                what.title(),
                ms(middle),
                spread,
                times(at_once),
                times(by_migration)
            );
        }
    }
}

fn ms(took: Duration) -> String {
    format!("{:.3}", took.as_secs_f64() * 1_000.0)
}

fn median(took: &[Duration]) -> Duration {
    let mut took = took.to_vec();
    took.sort_unstable();
    took[took.len() / 2]
}

fn options() -> HomeOptions {
    HomeOptions {
        compiler: compiler(),
        executed_by: "local:bench".to_owned(),
        max_attempts: 3,
        cleanup_on_failure: true,
        timeout_s: 300,
        lock_timeout_ms: 3_000,
        max_page_count: 0,
        environment: "test".to_owned(),
    }
}

fn compiler() -> Compiler {
    Compiler {
        program: std::env::current_exe().unwrap(),
        arguments: vec![COMPILE.into()],
    }
}

/// Makes a home with the whole catalogue, compiled.
async fn prepare(root: &Path) {
    let (mut home, _) = Home::init(root, options(), None).await.unwrap();
    let mut files: Vec<PathBuf> = fs::read_dir(components())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "wasm"))
        .collect();
    files.sort();
    for file in files {
        engine::catalogue::add(&mut home, &file, false)
            .await
            .unwrap();
    }
    home.close().await.unwrap();
}

fn request(slug: &str) -> TenantRequest {
    let modules = [
        "membership_management",
        "finance_tracking",
        "election_campaign",
    ];
    let request = TenantRequest {
        slug: Slug::new(slug).unwrap(),
        name: slug.to_owned(),
        template: Some("political_party_nepal@2.0.0".to_owned()),
        modules: modules.map(str::to_owned).to_vec(),
        customs: Vec::new(),
        settings: BTreeMap::new(),
        facts: BTreeMap::new(),
        server: None,
    };
    request.checked().unwrap()
}

/// A first and a further tenant in a home where nothing is loaded yet.
async fn tenants(root: &Path, figures: &mut Figures, plan: &mut Option<Plan>) {
    let begun = Instant::now();
    let mut home = Home::open(root, options()).await.unwrap();
    figures.add(What::OpenHome, begun.elapsed());
    for (slug, what) in [
        ("first", What::FirstTenant),
        ("further", What::FurtherTenant),
    ] {
        let request = request(slug);
        let begun = Instant::now();
        provision::create(&mut home, &request, &Silent)
            .await
            .unwrap();
        figures.add(what, begun.elapsed());
    }
    let begun = Instant::now();
    let dry = provision::dry_run(&mut home, &request("planned"))
        .await
        .unwrap();
    figures.add(What::PlanAlone, begun.elapsed());
    *plan = Some(dry.plan.plan);
    home.close().await.unwrap();
}

/// One migration called by a host that has loaded nothing, and by one that has.
fn calls(root: &Path, figures: &mut Figures) {
    let key: [u8; 32] = fs::read(root.join("keys/master.key"))
        .unwrap()
        .try_into()
        .unwrap();
    let component = fs::read(components().join(format!("{}-2.0.0.wasm", CALLED.0))).unwrap();
    let digest = Digest::of_bytes(&component);
    let migration: MigrationId = CALLED.1.parse().unwrap();
    let tenant = TenantFacts {
        slug: Slug::new("called").unwrap(),
        name: "Called".to_owned(),
        locale: "en".to_owned(),
        facts: BTreeMap::new(),
    };
    let (settings, schema) = (Settings::new(), Schema::empty());
    let call = Call {
        migration: &migration,
        tenant: &tenant,
        settings: &settings,
        schema: &schema,
    };
    let begun = Instant::now();
    let store = Store::open(&root.join("components"), key).unwrap();
    let host = Host::new(store, compiler()).unwrap();
    host.load(&digest).unwrap().up(&call).unwrap();
    figures.add(What::ColdCall, begun.elapsed());
    let warm = |_| {
        let begun = Instant::now();
        host.load(&digest).unwrap().up(&call).unwrap();
        begun.elapsed()
    };
    let took: Vec<Duration> = (0..WARM_CALLS).map(warm).collect();
    figures.add(What::WarmCall, median(&took));
}

/// The statements of the plan, as a script would run them.
async fn replays(folder: &Path, plan: &Plan, figures: &mut Figures) {
    let file = folder.join("replayed.db");
    let begun = Instant::now();
    let mut sqlite = create(&file).await;
    let steps: Vec<&Step> = plan.steps.iter().collect();
    replay(&mut sqlite, &steps).await;
    close(sqlite).await;
    figures.add(What::ReplayAtOnce, begun.elapsed());
    fs::remove_file(&file).unwrap();

    let begun = Instant::now();
    let mut sqlite = create(&file).await;
    for step in &plan.steps {
        replay(&mut sqlite, &[step]).await;
    }
    close(sqlite).await;
    figures.add(What::ReplayByMigration, begun.elapsed());
    fs::remove_file(&file).unwrap();
}

/// A new file, set up as `database` does it.
async fn create(file: &Path) -> SqliteConnection {
    let created = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .disable_statement_logging();
    let mut sqlite = created.connect().await.unwrap();
    for sql in database::embedded_dialect().server().connection_set_up {
        run(&mut sqlite, sql).await;
    }
    sqlite
}

/// Runs the statements of some steps in one transaction.
async fn replay(sqlite: &mut SqliteConnection, steps: &[&Step]) {
    let server = database::embedded_dialect().server();
    let switch = server.foreign_keys.unwrap();
    let verified = |step: &&Step| step.foreign_keys == ForeignKeys::Verified;
    let is_verified = steps.iter().any(verified);
    if is_verified {
        run(sqlite, switch.off).await;
    }
    run(sqlite, server.begin).await;
    for planned in steps.iter().flat_map(|step| &step.statements) {
        run(sqlite, &planned.statement.sql).await;
    }
    if is_verified {
        run(sqlite, switch.check).await;
    }
    run(sqlite, server.commit).await;
    if is_verified {
        run(sqlite, switch.on).await;
    }
}

async fn run(sqlite: &mut SqliteConnection, sql: &str) {
    let query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
    query.execute(sqlite).await.unwrap();
}

async fn close(mut sqlite: SqliteConnection) {
    run(&mut sqlite, "PRAGMA wal_checkpoint(TRUNCATE)").await;
    sqlite.close().await.unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, from.metadata().unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
