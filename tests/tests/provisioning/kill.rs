//! A process killed at any moment: the same command again, or `resume`, always ends in the same tenant.
//!
//! Moments are drawn from a seed, so that a failure says which one it was. Half of them lie anywhere in
//! the command's time, half after it has begun to write the tenant's database.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use tests::Strata;

use crate::tenants::{CONGRESS, UPGRADE, congress_with_rows, demand_sound};
use crate::world::{
    catalogue, demand_healthy, demand_whole_history, fingerprint, is_full, tenant_files, text,
};

const SEED: u64 = 20_251_121;

/// How many tenants are killed at `create`.
fn n_kills() -> u64 {
    if is_full() { 50 } else { 8 }
}

/// Numbers from a seed (SplitMix64): the same ones in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Up to a duration.
    fn moment(&mut self, within: Duration) -> Duration {
        let within = u64::try_from(within.as_micros()).unwrap().max(1);
        Duration::from_micros(self.next() % within)
    }
}

/// What an undisturbed run took and came to.
struct Undisturbed {
    fingerprint: String,
    /// All of the command.
    whole: Duration,
    /// From the moment when the file was there.
    writing: Duration,
}

/// Starts a command, waits for its first write to a file, then runs it to its end.
fn undisturbed(strata: &Strata, arguments: &[&str], first_write: &Path) -> Undisturbed {
    let begun = Instant::now();
    let mut child = start(strata, arguments);
    wait_for(first_write, &mut child);
    let writes = begun.elapsed();
    assert!(child.wait().unwrap().success());
    let whole = begun.elapsed();
    Undisturbed {
        fingerprint: fingerprint(strata, "nepali-congress"),
        whole,
        writing: whole - writes,
    }
}

fn start(strata: &Strata, arguments: &[&str]) -> Child {
    let mut command = strata.command(&tests::strata::with_json(arguments));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Waits until a file is there or the process is over.
fn wait_for(file: &Path, child: &mut Child) {
    while !file.exists() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// Kills a command at a moment; whether it was still running.
fn kill(
    strata: &Strata,
    arguments: &[&str],
    first_write: &Path,
    twin: &Undisturbed,
    chance: &mut Chance,
) -> bool {
    let mut child = start(strata, arguments);
    if chance.next().is_multiple_of(2) {
        std::thread::sleep(chance.moment(twin.whole));
    } else {
        wait_for(first_write, &mut child);
        std::thread::sleep(chance.moment(twin.writing));
    }
    let was_running = child.try_wait().unwrap().is_none();
    // SIGKILL: the process gets no chance to tidy up.
    child.kill().unwrap();
    child.wait().unwrap();
    was_running
}

#[track_caller]
fn demand_twin(strata: &Strata, twin: &Undisturbed, which: u64) {
    let found = fingerprint(strata, "nepali-congress");
    assert_eq!(found, twin.fingerprint, "kill {which} of seed {SEED}");
    let file = ["tenant_nepali_congress.db".to_owned()];
    assert_eq!(tenant_files(strata), file.into(), "kill {which}");
    let left = std::fs::read_dir(strata.home().join("components")).unwrap();
    for entry in left {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name.ends_with("wasm"),
            "kill {which} left components/{name}"
        );
    }
    demand_healthy(strata);
    demand_whole_history(strata, "nepali-congress");
    demand_sound(&strata.tenant_file("nepali-congress"));
}

#[test]
fn create_killed_at_any_moment_and_run_again_ends_in_the_same_tenant() {
    let empty = catalogue();
    let first = Strata::copy_of(&empty.home());
    let twin = undisturbed(&first, &CONGRESS, &first.tenant_file("nepali-congress"));
    let mut chance = Chance(SEED);
    let mut n_running = 0;
    for which in 0..n_kills() {
        let strata = Strata::copy_of(&empty.home());
        let file = strata.tenant_file("nepali-congress");
        for _ in 0..=chance.next() % 3 {
            n_running += u64::from(kill(&strata, &CONGRESS, &file, &twin, &mut chance));
        }
        strata.json(&CONGRESS);
        demand_twin(&strata, &twin, which);
    }
    assert!(n_running > 0, "every kill came too late");
}

#[test]
fn apply_killed_at_any_moment_and_resumed_ends_in_the_same_tenant() {
    let before = congress_with_rows();
    let plan = text(&before.json(&UPGRADE)["digest"]);
    let apply = ["apply", "nepali-congress", "--plan", &plan];
    let wal = |strata: &Strata| {
        let file = strata.tenant_file("nepali-congress");
        file.with_extension("db-wal")
    };
    let first = Strata::copy_of(&before.home());
    let twin = undisturbed(&first, &apply, &wal(&first));
    let mut chance = Chance(SEED);
    let mut n_resumed = 0;
    for which in 0..n_kills().div_ceil(2) {
        let strata = Strata::copy_of(&before.home());
        kill(&strata, &apply, &wal(&strata), &twin, &mut chance);
        let resumed = strata.run(&tests::strata::with_json(&["resume", "nepali-congress"]));
        if resumed.status == 0 {
            n_resumed += 1;
        } else {
            let refused = tests::strata::failure(&resumed);
            assert_eq!(refused.code, "run.nothing_to_resume", "{refused:?}");
            if fingerprint(&strata, "nepali-congress") != twin.fingerprint {
                strata.json(&apply);
            }
        }
        demand_twin(&strata, &twin, which);
    }
    // Four kills may all miss the moments of writing; twenty-five do not.
    assert!(n_resumed > 0 || !is_full(), "none was half done");
}
