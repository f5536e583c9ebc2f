//! Many provisionings at once, as tasks of one process under one cap of connections.

use std::path::Path;
use std::time::Duration;

use engine::home::{Home, HomeOptions};
use engine::progress::Silent;
use engine::request::TenantRequest;
use model::id::Slug;
use plugin::Compiler;
use tests::server::TestServer;

use crate::life::{demand_healthy, home_on};

/// How many connections this process may have to the server.
const CAP: u32 = 20;

fn request(slug: &str) -> TenantRequest {
    TenantRequest {
        slug: Slug::new(slug).unwrap(),
        name: "Many".to_owned(),
        template: Some("fx_club@1.0.0".to_owned()),
        modules: Vec::new(),
        customs: Vec::new(),
        settings: Default::default(),
        facts: Default::default(),
        server: Some("capped".to_owned()),
    }
}

async fn provision(root: &Path, slugs: &[String]) {
    let options = HomeOptions {
        compiler: Compiler {
            program: tests::workspace::binary(),
            arguments: vec!["compile-component".into()],
        },
        executed_by: "local:tests".to_owned(),
        max_attempts: 3,
        cleanup_on_failure: true,
        timeout_s: 600,
        lock_timeout_ms: 60_000,
        max_page_count: 0,
        environment: "test".to_owned(),
    };
    let home = Home::open(root, options).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for slug in slugs {
        let mut home = home.another().await.unwrap();
        let request = request(slug);
        tasks.spawn(async move {
            let created = engine::provision::create(&mut home, &request, &Silent).await;
            home.close().await.unwrap();
            created.map(|created| created.fingerprint)
        });
    }
    let mut fingerprints = Vec::new();
    while let Some(done) = tasks.join_next().await {
        fingerprints.push(done.unwrap().unwrap());
    }
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), 1, "all tenants are alike");
    home.close().await.unwrap();
}

#[test]
fn a_hundred_provisionings_at_once_succeed_under_a_cap_of_connections_and_leak_none() {
    for server in TestServer::all() {
        let strata = home_on(&server);
        server.add_to(&strata, "capped", CAP);
        let slugs: Vec<String> = (0..100).map(|_| server.slug("many")).collect();
        let names: Vec<&str> = slugs.iter().map(String::as_str).collect();
        let _swept = server.sweeping(&names);
        let (watched, root) = (server.clone(), strata.home());
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let watching = std::thread::spawn(move || {
            let mut most = 0;
            while stopped.recv_timeout(Duration::from_millis(300)).is_err() {
                most = most.max(watched.sessions_of_tenants("many"));
            }
            most
        });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(provision(&root, &slugs));
        stop.send(()).unwrap();
        let most = watching.join().unwrap();
        assert!(most > 1 && most <= CAP as usize, "{most} sessions at once");
        drop(runtime);
        demand_healthy(&strata);
    }
}
