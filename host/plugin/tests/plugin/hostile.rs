//! Guests that crash, loop, eat and flood: each call ends with an error that names it, and the next one
//! works.

use std::time::{Duration, Instant};

use crate::support::{crime, down, loaded, up};

/// The code of a deed.
fn code(id: &str) -> &'static str {
    crime(id).code().name
}

#[test]
fn a_plugin_that_behaves_gives_operations_and_says_what_it_took() {
    let outcome = up("calm").unwrap();
    assert_eq!(outcome.value.operations.len(), 1);
    assert_eq!(
        outcome.value.operations[0].to_string(),
        "create table `evil_calm`"
    );
    assert!(
        outcome.usage.fuel > 100 && outcome.usage.fuel < 1_000_000,
        "{:?}",
        outcome.usage
    );
    assert!(outcome.usage.memory_bytes >= 65_536);
    assert_eq!(outcome.usage.host_calls, 0);
    assert!(outcome.log.is_empty() && outcome.value.reads.is_empty());
}

#[test]
fn a_panic_is_told_as_a_crash() {
    let error = crime("panic");
    assert_eq!(error.code().name, "plugin.trapped");
    assert!(
        error
            .causes()
            .iter()
            .any(|cause| cause.contains("unreachable")),
        "{error:?}"
    );
}

#[test]
fn the_message_of_a_panic_that_was_logged_is_the_cause_of_the_crash() {
    let error = crime("panic_loud");
    assert_eq!(error.code().name, "plugin.trapped");
    assert_eq!(
        error.causes()[0],
        "panicked at src/lib.rs:1:1: the moon is \\u{1b}[31mred\\u{202e}"
    );
    assert!(
        error
            .hints()
            .iter()
            .any(|hint| hint == "the plugin wrote: info: about to fall"),
        "{error:?}"
    );
}

#[test]
fn a_panic_in_down_names_down() {
    let error = down("panic_down").unwrap_err();
    assert_eq!(error.code().name, "plugin.trapped");
    assert!(
        error.message().contains("`down` of migration `panic_down`"),
        "{error:?}"
    );
}

#[test]
fn an_endless_loop_uses_up_its_fuel() {
    let started = Instant::now();
    assert_eq!(code("loop"), "plugin.out_of_fuel");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn filling_memory_for_ever_uses_up_its_fuel() {
    assert_eq!(code("fill"), "plugin.out_of_fuel");
}

#[test]
fn endless_recursion_is_a_crash_and_says_why() {
    let error = crime("recursion");
    assert_eq!(error.code().name, "plugin.trapped");
    assert!(
        error
            .causes()
            .iter()
            .any(|cause| cause.contains("call stack exhausted")),
        "{error:?}"
    );
}

#[test]
fn a_plugin_that_only_copies_is_stopped_by_the_clock() {
    let started = Instant::now();
    assert_eq!(code("sleepless"), "plugin.timeout");
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn memory_beyond_the_limit_is_told_as_out_of_memory() {
    assert_eq!(code("allocate"), "plugin.out_of_memory");
    assert!(up("memory_ok").unwrap().usage.memory_bytes > 20 << 20);
}

#[test]
fn too_large_results_are_refused_before_they_are_built() {
    // A million operations do not fit into the guest itself.
    assert_eq!(code("million"), "plugin.out_of_memory");
    assert_eq!(code("many_more"), "plugin.result_too_large");
    assert_eq!(code("aliased"), "plugin.result_too_large");
    assert_eq!(code("text_total"), "plugin.result_too_large");
    assert_eq!(code("many"), "plugin.too_many_operations");
}

#[test]
fn floods_of_calls_and_questions_are_stopped() {
    assert_eq!(code("call_flood"), "plugin.too_many_calls");
    assert_eq!(code("question_long"), "plugin.too_many_calls");
    assert_eq!(code("question_many"), "plugin.too_many_calls");
}

#[test]
fn a_flood_of_log_lines_is_dropped_and_counted() {
    let log = up("log_flood").unwrap().log;
    assert_eq!(log.len(), 201);
    assert_eq!(log[200].message, "4800 more lines were dropped");
    let bytes: usize = up("log_bytes")
        .unwrap()
        .log
        .iter()
        .map(|line| line.message.len())
        .sum();
    assert!(bytes < 70_000);
}

#[test]
fn misused_handles_are_crashes() {
    assert_eq!(code("drop_snapshot_twice"), "plugin.trapped");
    assert_eq!(code("use_after_drop"), "plugin.trapped");
    assert_eq!(code("invalid_handle"), "plugin.trapped");
    assert_eq!(code("bad_utf8"), "plugin.trapped");
}

#[test]
fn errors_of_the_plugin_keep_their_kind_and_message() {
    let error = crime("error_setting");
    assert_eq!(error.code().name, "setting.invalid");
    assert!(error.message().contains("`colour`"));
    assert!(
        error
            .causes()
            .iter()
            .any(|cause| cause == "black is no colour")
    );
    for (id, message) in [
        ("error_schema", "no members"),
        ("error_unknown", "error_unknown"),
        ("error_failed", "for no reason"),
    ] {
        let error = crime(id);
        assert_eq!(error.code().name, "plugin.failed");
        assert_eq!(error.causes(), [message]);
    }
    assert_eq!(
        crime("error_escapes").causes(),
        ["\\u{1b}]0;owned\\u{7}\\u{202e}\\u{0}"]
    );
    assert_eq!(crime("unheard_of").code().name, "plugin.failed");
}

#[test]
fn nothing_is_remembered_from_one_call_to_the_next() {
    let first = up("differs").unwrap();
    let second = up("differs").unwrap();
    assert_eq!(first.value, second.value);
}

#[test]
fn fuel_is_the_same_on_every_run() {
    let fuel = up("reads").unwrap().usage.fuel;
    for _ in 0..20 {
        assert_eq!(up("reads").unwrap().usage.fuel, fuel);
    }
}

#[test]
fn a_plugin_works_after_every_crime() {
    for id in [
        "panic",
        "loop",
        "recursion",
        "allocate",
        "million",
        "call_flood",
    ] {
        crime(id);
        assert!(up("calm").is_ok());
    }
}

#[test]
fn more_calls_at_once_than_there_is_memory_for_wait_for_each_other() {
    let component = loaded();
    std::thread::scope(|scope| {
        for _ in 0..48 {
            scope.spawn(|| {
                for _ in 0..2 {
                    assert!(up("memory_ok").is_ok());
                }
            });
        }
    });
    assert_eq!(component.manifest().id.as_str(), "evil");
}
