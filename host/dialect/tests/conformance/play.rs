//! Plays cases on every database that is there: what is observed is what the simulation says, before,
//! after, after the way back and after the operation was applied twice; the rows are the same everywhere.

use dialect::error::DIALECT_UNSUPPORTED;
use model::{Backend, Observed, Operation};

use crate::case::{Back, Case};
use crate::world::{World, has};
use crate::{page, stored};

/// Those that a server of the tests may be.
const PLAYED: [Backend; 3] = [Backend::Sqlite, Backend::Postgresql, Backend::Mariadb];

/// What is there.
#[derive(Debug, PartialEq)]
struct Look {
    observed: Observed,
    rows: Vec<String>,
}

impl Look {
    async fn at(world: &mut World) -> Look {
        Look {
            observed: world.observe().await,
            rows: stored::rows(world).await,
        }
    }
}

/// Plays the cases of a group and compares its page with the one that was kept.
pub(crate) async fn group(name: &str, cases: Vec<Case>) {
    let mut shown = String::new();
    let mut worlds = Vec::new();
    for backend in PLAYED.into_iter().filter(|backend| has(*backend)) {
        worlds.push(World::on(backend).await);
    }
    for case in &cases {
        let mut found: Option<(Backend, Vec<String>)> = None;
        let mut kept = Vec::new();
        for world in &mut worlds {
            let backend = world.backend;
            // Shown where the case fails.
            eprintln!("{}: {}", backend.title(), case.says);
            let Some(rows) = play(case, world).await else {
                continue;
            };
            if backend == Backend::Sqlite {
                kept.clone_from(&rows);
            }
            match &found {
                Some((first, same)) => {
                    let both = (first.title(), backend.title());
                    assert_eq!(*same, rows, "{}: {both:?} differ", case.says);
                }
                None => found = Some((backend, rows)),
            }
        }
        page::write(&mut shown, case, &kept);
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shown);
    });
}

/// The rows at the end of a case; none where the database cannot do it.
async fn play(case: &Case, world: &mut World) -> Option<Vec<String>> {
    world.empty().await;
    for operation in &case.given {
        if is_refused(world, operation) {
            return None;
        }
        world.apply(operation.clone()).await;
    }
    let start = Look::at(world).await;
    if is_refused(world, &case.does) {
        return None;
    }
    let ran = world.try_apply(&case.does).await;
    if case.fails {
        assert!(ran.is_err(), "it was let happen");
        assert_eq!(start, Look::at(world).await, "after it failed");
        return Some(start.rows);
    }
    ran.unwrap_or_else(|error| panic!("{}: {error}", case.does));
    let done = Look::at(world).await;
    back_and_again(case, world, &start, &done).await;
    for sql in &case.takes {
        let taken = world.execute(sql).await;
        taken.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    let taken = Look::at(world).await;
    for sql in &case.refuses {
        assert!(
            world.execute(sql).await.is_err(),
            "{sql}: it was let happen"
        );
        assert_eq!(taken, Look::at(world).await, "{sql}");
    }
    world.is_sound().await;
    Some(taken.rows)
}

fn is_refused(world: &World, operation: &Operation) -> bool {
    match world.its_dialect().compile(operation, &world.schema) {
        Ok(_) => false,
        Err(error) => {
            assert!(error.is(&DIALECT_UNSUPPORTED), "{error:?}");
            true
        }
    }
}

/// Takes the way back and applies the operation again.
async fn back_and_again(case: &Case, world: &mut World, start: &Look, done: &Look) {
    let does = &case.does;
    let (operations, keeps_rows) = match case.way_back() {
        Back::Derived(operations) => (operations, true),
        Back::Own(operations) => (operations, false),
        Back::None(_) => return twice(does, world, done).await,
    };
    let after = world.schema.structure.clone();
    for operation in operations {
        if is_refused(world, &operation) {
            return assert!(!keeps_rows, "{operation}");
        }
        world.apply(operation).await;
    }
    assert_eq!(case.before().structure, world.schema.structure, "simulated");
    let back = Look::at(world).await;
    assert_eq!(start.observed, back.observed, "after the way back");
    if keeps_rows {
        assert_eq!(start.rows, back.rows, "after the way back");
    }
    world.apply(does.clone()).await;
    assert_eq!(after, world.schema.structure, "simulated");
    let again = Look::at(world).await;
    assert_eq!(done.observed, again.observed, "applied twice");
    if keeps_rows {
        assert_eq!(done.rows, again.rows, "applied twice");
    }
}

/// What has no way back is applied once more where it can be; the structure stays, and rows that were
/// added, filled or removed are not so twice.
async fn twice(does: &Operation, world: &mut World, done: &Look) {
    if does.check(&world.schema).is_err() {
        return;
    }
    let changes_again = matches!(does, Operation::UpdateRows(_) | Operation::RunSql(_));
    if changes_again {
        return;
    }
    world.apply(does.clone()).await;
    assert_eq!(*done, Look::at(world).await, "applied twice");
}
