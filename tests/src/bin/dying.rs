//! Builds a tenant, or applies a plan to one, in a process that dies at a point that is chosen: as a crash
//! leaves things, nothing is tidied up. Run by the tests of `servers`.
//!
//! `dying HOME AT create SERVER SLUG`, `dying HOME AT apply SLUG DIGEST`: prints each point that it
//! reaches, one a line; at the point number `AT`, from 1, it dies. With 0 it does not.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a helper of tests"
)]

use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use engine::home::{Home, HomeOptions};
use engine::progress::{Point, Progress};
use engine::request::TenantRequest;
use model::id::Slug;
use plugin::Compiler;

/// Dies at a point.
struct Dying {
    at: u32,
    reached: AtomicU32,
}

impl Progress for Dying {
    fn begin(&self, _steps: usize) {}

    fn step(&self, _n: usize, _what: &str) {}

    fn end(&self) {}

    fn reach(&self, point: Point) {
        println!("{point:?}");
        if self.reached.fetch_add(1, Ordering::Relaxed) + 1 == self.at {
            std::io::stdout().flush().unwrap();
            std::process::abort();
        }
    }
}

fn request(slug: &str, server: &str) -> TenantRequest {
    TenantRequest {
        slug: Slug::new(slug).unwrap(),
        name: "Dying".to_owned(),
        template: Some("fx_club@1.0.0".to_owned()),
        modules: vec!["fx_events".to_owned()],
        // The customization of the fixtures is that of one tenant.
        customs: if slug == "acme" {
            vec!["fx_custom".to_owned()]
        } else {
            Vec::new()
        },
        settings: Default::default(),
        facts: Default::default(),
        server: Some(server.to_owned()),
    }
    .checked()
    .unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [home, at, rest @ ..] = arguments.as_slice() else {
        return;
    };
    let options = HomeOptions {
        compiler: Compiler {
            program: tests::workspace::binary(),
            arguments: vec!["compile-component".into()],
        },
        executed_by: "local:tests".to_owned(),
        max_attempts: 3,
        cleanup_on_failure: true,
        timeout_s: 300,
        lock_timeout_ms: 3_000,
        max_page_count: 0,
        environment: "test".to_owned(),
    };
    let mut home = Home::open(Path::new(home), options).await.unwrap();
    let dying = Dying {
        at: at.parse().unwrap(),
        reached: AtomicU32::new(0),
    };
    match rest {
        [command, server, slug] if command == "create" => {
            let request = request(slug, server);
            engine::provision::create(&mut home, &request, &dying)
                .await
                .unwrap();
        }
        [command, slug, digest] if command == "apply" => {
            let slug = Slug::new(&**slug).unwrap();
            let digest = digest.parse().unwrap();
            // A plan may be one that fails and is undone.
            let _ = engine::apply::apply(&mut home, &slug, &digest, &dying).await;
        }
        _ => {}
    }
    home.close().await.unwrap();
}
