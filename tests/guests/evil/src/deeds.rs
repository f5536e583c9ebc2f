//! The deeds, by migration id.

use std::cell::Cell;

use crate::catalogue::everything;
use crate::shapes::{create, with_check, with_comment, with_default, with_view};
use crate::strata::plugin::log::{Level, write};
use crate::strata::plugin::snapshot::Snapshot;
use crate::strata::plugin::tenant;
use crate::strata::plugin::types::*;

type Emitted = Result<Vec<Operation>, PluginError>;

thread_local! {
    /// What a plugin could remember from one call to the next, if the host let it.
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

pub fn up(id: &str, current: &Snapshot) -> Emitted {
    match id {
        "calm" | "own_down" | "panic_down" => Ok(vec![create(&format!("evil_{id}"))]),
        "reads" => reads(current),
        "differs" => {
            CALLS.with(|calls| calls.set(calls.get() + 1));
            Ok(vec![create(&format!("evil_{}", CALLS.with(Cell::get)))])
        }
        "memory_ok" => {
            let kept = vec![1_u8; 20 << 20];
            Ok(vec![create(&format!(
                "evil_{}",
                std::hint::black_box(&kept).len()
            ))])
        }
        "create_foreign" => Ok(vec![create("members")]),
        "drop_foreign" => Ok(vec![Operation::DropTable("members".to_owned())]),
        "extension" => Ok(vec![Operation::Extension(Extension {
            kind: "unheard-of".to_owned(),
            version: 7,
            payload: "{}".to_owned(),
        })]),
        "everything" => Ok(everything()),
        _ => Err(()),
    }
    .or_else(|()| crash(id, current))
    .or_else(|()| flood(id, current))
    .map(Ok)
    .or_else(|()| lie(id))
    .unwrap_or_else(|()| Err(PluginError::UnknownMigration(id.to_owned())))
}

fn crash(id: &str, current: &Snapshot) -> Result<Vec<Operation>, ()> {
    match id {
        "panic" => panic!("quietly"),
        "panic_loud" => {
            write(Level::Info, "about to fall");
            write(
                Level::Warn,
                "panicked at src/lib.rs:1:1:\nthe moon is \u{1b}[31mred\u{202e}",
            );
            panic!("loudly")
        }
        "loop" => loop {
            std::hint::black_box(id);
        },
        "recursion" => {
            fn down(depth: u64) -> u64 {
                std::hint::black_box(if depth == u64::MAX {
                    0
                } else {
                    down(depth + 1) + depth
                })
            }
            Ok(vec![create(&format!("evil_{}", down(1)))])
        }
        "allocate" => {
            let mut all: Vec<Vec<u8>> = Vec::new();
            loop {
                all.push(std::hint::black_box(vec![1; 1 << 20]));
            }
        }
        "fill" => {
            let mut block = vec![0_u8; 32 << 20];
            loop {
                block.fill(std::hint::black_box(7));
            }
        }
        "drop_snapshot_twice" => {
            // SAFETY: there is none; the handle is dropped again by the caller.
            drop(unsafe { Snapshot::from_handle(current.handle()) });
            Ok(Vec::new())
        }
        "use_after_drop" => {
            // SAFETY: there is none.
            drop(unsafe { Snapshot::from_handle(current.handle()) });
            current.table("members");
            Ok(Vec::new())
        }
        "invalid_handle" => {
            // SAFETY: there is none.
            let made_up = unsafe { Snapshot::from_handle(77) };
            made_up.table("members");
            Ok(Vec::new())
        }
        _ => Err(()),
    }
}

fn flood(id: &str, current: &Snapshot) -> Result<Vec<Operation>, ()> {
    match id {
        "million" => return Ok(vec![Operation::DropTable(String::new()); 1_000_000]),
        "many_more" => return Ok(vec![Operation::DropTable(String::new()); 150_000]),
        "many" => return Ok(vec![Operation::DropTable("x".to_owned()); 10_001]),
        "aliased" => return Ok(aliased()),
        "sleepless" => {
            // Copies on the host's side cost time and no fuel.
            let line = "z".repeat(8 << 20);
            loop {
                write(Level::Warn, &line);
            }
        }
        "log_flood" => (0..5_000).for_each(|n| write(Level::Info, &format!("line {n}"))),
        "log_bytes" => (0..50).for_each(|_| write(Level::Warn, &"w".repeat(100_000))),
        "call_flood" => loop {
            current.table("nothing");
        },
        "question_long" => drop(tenant::setting(&"k".repeat(2_000))),
        "question_many" => (0..20_000).for_each(|n| drop(tenant::fact(&format!("fact {n}")))),
        "page_huge" => {
            let names = current.table_names(None, u32::MAX);
            write(Level::Info, &names.len().to_string());
        }
        _ => return Err(()),
    }
    Ok(Vec::new())
}

/// Many strings that are one and the same block of memory.
fn aliased() -> Vec<Operation> {
    let block: &'static mut [u8] = Vec::leak(vec![b'a'; 1 << 20]);
    let make = || {
        // SAFETY: there is none; the block has a thousand owners.
        let name =
            unsafe { String::from_raw_parts(block.as_ptr().cast_mut(), block.len(), block.len()) };
        Operation::DropTable(name)
    };
    (0..1_000).map(|_| make()).collect()
}

fn lie(id: &str) -> Result<Emitted, ()> {
    let name = |name: &str| Ok(Ok(vec![create("evil_first"), create(name)]));
    let one = |operation| Ok(Ok(vec![operation]));
    match id {
        "name_quote" => name("x\"; drop table members; --"),
        "name_nul" => name("x\0y"),
        "name_control" => name("x\u{1b}[2J"),
        "name_bidi" => name("x\u{202e}y"),
        "name_long" => name(&"x".repeat(64)),
        "name_reserved" => name("strata_ledger"),
        "name_empty" => name(""),
        "expression_bad" => one(with_check("1 = (SELECT count(*) FROM members)".to_owned())),
        "expression_deep" => one(with_check(format!(
            "{}1{}",
            "(".repeat(30_000),
            ")".repeat(30_000)
        ))),
        "query_bad" => one(with_view("DROP TABLE members")),
        "text_nul" => one(with_comment("a\0b".to_owned())),
        "text_huge" => one(with_comment("c".repeat(64 * 1024 + 1))),
        "text_total" => Ok(Ok(vec![with_comment("c".repeat(64 * 1024)); 200])),
        "float_nan" => one(with_default(Value::Float(f64::NAN))),
        "decimal_bad" => one(with_default(Value::Decimal("1,5".to_owned()))),
        "rows_many" => one(Operation::InsertRows(InsertRows {
            table: "evil_rows".to_owned(),
            key: vec!["id".to_owned()],
            columns: vec!["id".to_owned()],
            rows: vec![vec![Value::Integer(1)]; 10_001],
        })),
        "bad_utf8" => {
            // SAFETY: there is none.
            let text = unsafe { String::from_utf8_unchecked(vec![0xff, 0xfe, 0xfd]) };
            one(Operation::DropTable(text))
        }
        "error_setting" => Ok(Err(PluginError::InvalidSetting(InvalidSetting {
            key: "colour".to_owned(),
            message: "black is no colour".to_owned(),
        }))),
        "error_schema" => Ok(Err(PluginError::UnexpectedSchema("no members".to_owned()))),
        "error_unknown" => Ok(Err(PluginError::UnknownMigration(id.to_owned()))),
        "error_failed" => Ok(Err(PluginError::Failed("for no reason".to_owned()))),
        "error_escapes" => Ok(Err(PluginError::Failed(
            "\u{1b}]0;owned\u{7}\u{202e}\0".to_owned(),
        ))),
        _ => Err(()),
    }
}

fn reads(current: &Snapshot) -> Result<Vec<Operation>, ()> {
    for _ in 0..2 {
        write(Level::Debug, &tenant::slug());
        tenant::name();
        tenant::locale();
        write(Level::Debug, &tenant::setting("colour").unwrap_or_default());
        tenant::setting("absent");
        tenant::fact("country");
        tenant::fact("absent");
        current.view("absent");
        current.table("absent");
        current.table("no such name; at all");
        let names = current.table_names(None, 1);
        current.table_names(names.last().map(String::as_str), 10);
    }
    let view = current
        .view("open_members")
        .map(|view| view.query)
        .unwrap_or_default();
    write(Level::Info, &view);
    // The table that is lent comes back under another name: nothing is lost on the way.
    let Some(mut table) = current.table("members") else {
        return Ok(Vec::new());
    };
    table.name = "members_again".to_owned();
    Ok(vec![Operation::CreateTable(table)])
}
