//! How long a tenant takes on each server that there is, beside the raw replay of the same statements
//! through the bare driver in the same run.
//!
//! It prints a table and judges nothing: figures are compared within one run, never between machines.
//! `cargo bench -p tests --bench servers` with `STRATA_TEST_POSTGRES_URL` and `STRATA_TEST_MYSQL_URL`;
//! `STRATA_BENCH_ROUNDS` says how often (at least 3, else 5).
#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot be made ends the program"
)]
#![expect(clippy::print_stdout, reason = "the table is the result")]

use std::time::{Duration, Instant};

use engine::home::{Home, HomeOptions};
use engine::progress::Silent;
use engine::provision;
use engine::request::TenantRequest;
use model::id::Slug;
use model::plan::Plan;
use plugin::Compiler;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use tests::server::{Kind, TestServer};
use tests::{home, workspace};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    sqlx::any::install_default_drivers();
    let rounds = std::env::var("STRATA_BENCH_ROUNDS").map_or(5, |n| n.parse().unwrap());
    println!("server      tenant      raw replay  tenant / replay   statements");
    for server in tokio::task::spawn_blocking(TestServer::all).await.unwrap() {
        measure(&server, rounds.max(3)).await;
    }
}

fn request(slug: &str) -> TenantRequest {
    let modules = [
        "membership_management",
        "finance_tracking",
        "election_campaign",
    ];
    TenantRequest {
        slug: Slug::new(slug).unwrap(),
        name: slug.to_owned(),
        template: Some("political_party_nepal@2.0.0".to_owned()),
        modules: modules.map(str::to_owned).to_vec(),
        customs: Vec::new(),
        settings: Default::default(),
        facts: Default::default(),
        server: Some("measured".to_owned()),
    }
    .checked()
    .unwrap()
}

async fn measure(server: &TestServer, rounds: usize) {
    let adding = server.clone();
    let strata = tokio::task::spawn_blocking(move || {
        let strata = home::with_first_party();
        adding.add_to(&strata, "measured", 10);
        strata
    });
    let strata = strata.await.unwrap();
    let options = HomeOptions {
        compiler: Compiler {
            program: workspace::binary(),
            arguments: vec!["compile-component".into()],
        },
        executed_by: "local:bench".to_owned(),
        max_attempts: 3,
        cleanup_on_failure: true,
        timeout_s: 300,
        lock_timeout_ms: 3_000,
        max_page_count: 0,
        environment: "test".to_owned(),
    };
    let mut home = Home::open(&strata.home(), options).await.unwrap();
    let (mut tenants, mut replays) = (Vec::new(), Vec::new());
    let mut slugs = Vec::new();
    let warm_up = server.slug("warm");
    provision::create(&mut home, &request(&warm_up), &Silent)
        .await
        .unwrap();
    slugs.push(warm_up);
    let planned = server.slug("planned");
    let plan = provision::dry_run(&mut home, &request(&planned))
        .await
        .unwrap()
        .plan
        .plan;
    for _ in 0..rounds {
        let slug = server.slug("bench");
        let begun = Instant::now();
        provision::create(&mut home, &request(&slug), &Silent)
            .await
            .unwrap();
        tenants.push(begun.elapsed());
        slugs.push(slug);
        replays.push(replay(server, &plan).await);
    }
    home.close().await.unwrap();
    let (tenant, raw) = (median(&mut tenants), median(&mut replays));
    let statements: usize = plan.steps.iter().map(|step| step.statements.len()).sum();
    println!(
        "{:<10} {:>7.0} ms  {:>9.0} ms  {:>15.2}   {statements:>10}",
        format!("{:?}", server.kind),
        tenant.as_secs_f64() * 1_000.0,
        raw.as_secs_f64() * 1_000.0,
        tenant.as_secs_f64() / raw.as_secs_f64(),
    );
    let server = server.clone();
    let sweeping = tokio::task::spawn_blocking(move || {
        let names: Vec<&str> = slugs.iter().map(String::as_str).collect();
        drop(server.sweeping(&names));
    });
    sweeping.await.unwrap();
}

/// The statements of the plan in a database of their own, as a script would run them: a transaction for
/// each migration, where that means something.
async fn replay(server: &TestServer, plan: &Plan) -> Duration {
    let database = server.slug("replayed").replace('-', "_");
    let home = server.url_of(server.home(), None);
    let mut administrator = AnyConnection::connect(&home).await.unwrap();
    let begun = Instant::now();
    run(&mut administrator, &format!("CREATE DATABASE {database}")).await;
    let url = server.url_of(&database, None);
    let mut connection = AnyConnection::connect(&url).await.unwrap();
    if server.kind == Kind::Mysql {
        run(
            &mut connection,
            "SET sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO'",
        )
        .await;
    }
    for step in &plan.steps {
        run(&mut connection, "BEGIN").await;
        for planned in &step.statements {
            run(&mut connection, &planned.statement.sql).await;
        }
        run(&mut connection, "COMMIT").await;
    }
    connection.close().await.unwrap();
    let took = begun.elapsed();
    run(&mut administrator, &format!("DROP DATABASE {database}")).await;
    administrator.close().await.unwrap();
    took
}

async fn run(connection: &mut AnyConnection, sql: &str) {
    let running = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection);
    if let Err(error) = running.await {
        println!("{sql}: {error}");
        std::process::exit(1);
    }
}

fn median(durations: &mut [Duration]) -> Duration {
    durations.sort_unstable();
    durations[durations.len() / 2]
}
