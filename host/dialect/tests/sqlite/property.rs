//! Random lists of operations: after each one the database is what the model says.
//!
//! `STRATA_PROPTEST_CASES` says how many lists; else 50, or 1,000 in the full suite.

use model::column_type::ColumnType as T;
use model::name::Name;
use model::operation::*;
use model::schema::{
    Collation, Column, ColumnDefault, ForeignKey, Index, IndexColumn, ReferentialAction as On,
    Schema, Table,
};
use model::value::Value;
use model::{Operation, Reverse};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::words::*;
use super::world::{self, World, dialect};

/// Draws choices from one number, so that a list of operations shrinks with its list of numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    fn chance(&mut self) -> bool {
        self.roll(2) == 0
    }

    fn pick<'a, V>(&mut self, items: &'a [V]) -> Option<&'a V> {
        if items.is_empty() {
            None
        } else {
            items.get(self.roll(items.len()))
        }
    }

    fn fresh(&mut self, prefix: &str) -> Name {
        name(&format!("{prefix}{}", self.roll(9)))
    }

    fn column_type(&mut self) -> T {
        let types = [
            T::Bool,
            T::Smallint,
            T::Int,
            T::Bigint,
            T::Decimal {
                precision: 9,
                scale: 2,
            },
            T::Decimal {
                precision: 12,
                scale: 4,
            },
            T::Real,
            T::Double,
            T::String { length: 5 },
            T::Text,
            T::Json,
            T::Date,
            T::Time,
            T::Timestamp,
            T::Timestamptz,
            T::Uuid,
            T::Binary { length: 4 },
            T::Blob,
            T::Enum {
                values: vec!["a".into(), "b'c".into()],
            },
        ];
        self.pick(&types).unwrap().clone()
    }

    fn value(&mut self, column_type: &T) -> Value {
        let n = self.roll(5);
        let number = i64::try_from(n).unwrap();
        match column_type {
            T::Bool => Value::Bool(n > 2),
            T::Id | T::Smallint | T::Int | T::Bigint => Value::Integer(number),
            T::Decimal { .. } => decimal(["0", "1.5", "-2.25", "1000", "0.01"][n]),
            T::Real | T::Double => Value::float(number as f64 / 4.0).unwrap(),
            T::String { .. } | T::Text => text(["", "x", "y'z", "\"q\"", "--"][n]),
            T::Json => text(["{}", "[1]", "null", "\"a\"", "1.5"][n]),
            T::Date => text(
                [
                    "2026-11-20",
                    "1999-12-31",
                    "2024-02-29",
                    "2026-01-01",
                    "0001-01-01",
                ][n],
            ),
            T::Time => text(
                [
                    "13:05:00",
                    "00:00:00",
                    "23:59:59.999999",
                    "01:02:03.5",
                    "12:00:00",
                ][n],
            ),
            T::Timestamp => text(["2026-11-20 13:05:00", "1999-12-31 23:59:59.999999"][n % 2]),
            T::Timestamptz => text(["2026-11-20T13:05:00Z", "2026-11-20T13:05:00.5+05:30"][n % 2]),
            T::Uuid => text("0191f3a0-0000-7000-8000-00000000abcd"),
            T::Binary { .. } | T::Blob => Value::Bytes(vec![0; n % 4]),
            T::Enum { values } => text(&values[n % values.len()]),
        }
    }

    fn column(&mut self) -> Column {
        let column_type = self.column_type();
        let default = match self.roll(3) {
            0 => Some(ColumnDefault::Value(self.value(&column_type))),
            1 if matches!(column_type, T::Timestamp | T::Timestamptz) => {
                Some(ColumnDefault::CurrentTimestamp)
            }
            _ => None,
        };
        let is_text = column_type.kind() == model::Kind::Text;
        Column {
            nullable: self.chance(),
            default,
            collation: if is_text && self.chance() {
                Collation::IgnoreCase
            } else {
                Collation::Bytes
            },
            ..column(self.fresh("c").as_str(), column_type)
        }
    }

    /// A condition over a column of a table, true of most rows.
    fn condition(&mut self, table: &Table) -> Option<model::expression::Expression> {
        let column = self.pick(&table.columns)?.clone();
        let c = &column.name;
        Some(expression(&match column.column_type.kind() {
            model::Kind::Bool => format!("{c} = TRUE OR {c} IS NULL OR NOT {c}"),
            model::Kind::Integer => format!("{c} BETWEEN -1000 AND 99999 OR {c} * 2 > 7.5"),
            model::Kind::Decimal { .. } => {
                format!("{c} + 1 > -5.125 AND COALESCE({c}, 0) IN ({c}, 0)")
            }
            model::Kind::Float => format!("{c} / 2e0 < 1e9"),
            model::Kind::Text => format!("length({c}) < 100 AND lower({c}) || 'x' <> 'it''s'"),
            model::Kind::Date => format!("{c} > '0001-01-01'"),
            model::Kind::Timestamptz => format!("{c} >= '1999-01-01T00:00:00Z'"),
            _ => format!("{c} IS NOT NULL OR {c} IS NULL"),
        }))
    }

    fn index(&mut self, table: &Table) -> Option<Index> {
        let first = self.pick(&table.columns)?.name.clone();
        let second = self.pick(&table.columns)?.name.clone();
        let mut columns = vec![IndexColumn {
            name: first.clone(),
            descending: self.chance(),
        }];
        if first != second {
            columns.push(IndexColumn {
                name: second,
                descending: self.chance(),
            });
        }
        let filter = if self.chance() {
            self.condition(table)
        } else {
            None
        };
        Some(Index {
            name: self.fresh("i"),
            columns,
            unique: self.roll(4) == 0,
            filter,
        })
    }

    fn key(&mut self, table: &Table, tables: &[Table]) -> Option<ForeignKey> {
        let target = self.pick(tables)?.clone();
        let from = table
            .columns
            .iter()
            .find(|column| column.column_type == T::Bigint)?;
        let action = *self.pick(&[On::Restrict, On::Cascade, On::SetNull])?;
        let mut key = foreign_key(
            self.fresh("f").as_str(),
            from.name.as_str(),
            ("x", "id"),
            action,
        );
        key.references_table = target.name.clone();
        key.on_update = *self.pick(&[On::Restrict, On::Cascade])?;
        Some(key)
    }

    fn create(&mut self, tables: &[Table]) -> Option<Operation> {
        let mut columns = vec![nullable("parent", T::Bigint)];
        for _ in 0..self.roll(4) {
            columns.push(self.column());
        }
        let mut created = table(self.fresh("t").as_str(), columns);
        created.append_only = self.roll(6) == 0;
        if self.chance() {
            created.indexes.extend(self.index(&created.clone()));
        }
        if self.chance() {
            created
                .foreign_keys
                .extend(self.key(&created.clone(), tables));
        }
        if self.chance() {
            let condition = self.condition(&created)?;
            created.checks.push(model::schema::Check {
                name: self.fresh("k"),
                condition,
            });
        }
        Some(CreateTable { table: created }.into())
    }

    fn rows(&mut self, table: &Table) -> Operation {
        let rows = (0..=self.roll(3)).map(|n| {
            table
                .columns
                .iter()
                .map(|column| match column.column_type {
                    T::Id => Value::Integer(i64::try_from(n * 10 + self.roll(9)).unwrap()),
                    _ if column.nullable && self.chance() => Value::Null,
                    _ => self.value(&column.column_type),
                })
                .collect()
        });
        let columns = table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        let rows = rows.collect();
        InsertRows {
            table: table.name.clone(),
            key: names(&["id"]),
            columns,
            rows,
        }
        .into()
    }

    fn view(&mut self, schema: &Schema, table: &Table) -> Option<Operation> {
        let views: Vec<Name> = schema.views().map(|view| view.name.clone()).collect();
        let text = match self.pick(&views).filter(|_| self.chance()) {
            Some(view) => format!("SELECT v.x AS x FROM {view} v"),
            None => {
                let column = &self.pick(&table.columns)?.name;
                let table = &table.name;
                match self.roll(3) {
                    0 => format!("SELECT t.{column} AS x FROM {table} t WHERE t.id > 0"),
                    1 => format!(
                        "SELECT COUNT(*) AS x FROM {table} t JOIN {table} u ON t.id = u.parent"
                    ),
                    _ => format!(
                        "SELECT MAX(t.id) AS x, t.{column} AS y FROM {table} t GROUP BY t.{column}"
                    ),
                }
            }
        };
        Some(
            CreateView {
                view: view(self.fresh("v").as_str(), &text),
            }
            .into(),
        )
    }

    fn alter(&mut self, table: &Table) -> Option<Operation> {
        let column = self.pick(&table.columns)?;
        let change = match self.roll(3) {
            0 => ColumnChange::SetType(self.column_type()),
            1 => ColumnChange::SetNullable(self.chance()),
            _ if self.chance() => ColumnChange::SetDefault(None),
            _ => ColumnChange::SetDefault(Some(ColumnDefault::Value(
                self.value(&column.column_type),
            ))),
        };
        Some(
            AlterColumn {
                table: table.name.clone(),
                column: column.name.clone(),
                change,
            }
            .into(),
        )
    }

    fn operation(&mut self, schema: &Schema) -> Option<Operation> {
        let tables: Vec<Table> = schema.tables().cloned().collect();
        let kind = self.roll(24);
        if tables.len() < 2 || kind == 0 {
            return self.create(&tables);
        }
        let table = self.pick(&tables)?;
        let t = table.name.clone();
        let column = self.pick(&table.columns)?.name.clone();
        Some(match kind {
            1 => DropTable { table: t }.into(),
            2 => RenameTable {
                from: t,
                to: self.fresh("t"),
            }
            .into(),
            3..=5 => AddColumn {
                table: t,
                column: self.column(),
            }
            .into(),
            6 => DropColumn { table: t, column }.into(),
            7 => RenameColumn {
                table: t,
                from: column,
                to: self.fresh("c"),
            }
            .into(),
            8..=10 => return self.alter(table),
            11..=16 => return self.part(kind, table, &tables),
            17 => return self.view(schema, table),
            18 => {
                let views: Vec<Name> = schema.views().map(|view| view.name.clone()).collect();
                DropView {
                    view: self.pick(&views)?.clone(),
                }
                .into()
            }
            19..=21 => self.rows(table),
            22 => {
                let value = self.value(&table.column(&column)?.column_type);
                let value = model::expression::Expression::Literal(value);
                let filter = self.condition(table);
                Backfill {
                    table: t,
                    column,
                    value,
                    filter,
                }
                .into()
            }
            _ => DeleteRows {
                table: t,
                filter: self.condition(table),
            }
            .into(),
        })
    }

    /// An index, key or check more or less.
    fn part(&mut self, kind: usize, table: &Table, tables: &[Table]) -> Option<Operation> {
        let t = table.name.clone();
        Some(match kind {
            11 => CreateIndex {
                table: t,
                index: self.index(table)?,
            }
            .into(),
            12 => DropIndex {
                table: t,
                index: self.pick(&table.indexes)?.name.clone(),
            }
            .into(),
            13 => AddForeignKey {
                table: t,
                foreign_key: self.key(table, tables)?,
            }
            .into(),
            14 => DropForeignKey {
                table: t,
                foreign_key: self.pick(&table.foreign_keys)?.name.clone(),
            }
            .into(),
            15 => {
                let condition = self.condition(table)?;
                AddCheck {
                    table: t,
                    check: model::schema::Check {
                        name: self.fresh("k"),
                        condition,
                    },
                }
                .into()
            }
            _ => DropCheck {
                table: t,
                check: self.pick(&table.checks)?.name.clone(),
            }
            .into(),
        })
    }
}

/// How often what happened, to see that the lists are not idle.
#[derive(Debug, Default)]
struct Tally {
    done: usize,
    refused_by_rows: usize,
    unsupported: usize,
    reversed: usize,
}

async fn play(seeds: &[u64]) -> Tally {
    let mut world = World::with_family().await;
    let mut tally = Tally::default();
    for seed in seeds {
        let mut dice = Dice(*seed);
        let Some(operation) = dice.operation(&world.schema) else {
            continue;
        };
        if operation.check(&world.schema).is_err() {
            continue;
        }
        if dialect().compile(&operation, &world.schema).is_err() {
            tally.unsupported += 1;
            continue;
        }
        let reverse = operation.reverse(&world.schema);
        let before = world.observe().await;
        let structure = world.schema.structure.clone();
        // The database may refuse for the sake of its rows; `try_apply` demands that nothing changed.
        if world.try_apply(&operation).await.is_err() {
            tally.refused_by_rows += 1;
            assert_eq!(
                before,
                world.observe().await,
                "after the failed {operation}"
            );
            continue;
        }
        tally.done += 1;
        // SQLite has no word for the scale of a decimal or the width of a float, so a new type may look
        // like the old one; every other change of the schema must be seen.
        let is_type = matches!(
            &operation,
            Operation::AlterColumn(AlterColumn {
                change: ColumnChange::SetType(_),
                ..
            })
        );
        if structure != world.schema.structure && !is_type {
            assert_ne!(before, world.observe().await, "{operation} is not seen");
        }
        if let (Reverse::Operations(operations), true) = (reverse, dice.chance()) {
            let mut all = true;
            for reverse in operations {
                all = all && world.try_apply(&reverse).await.is_ok();
            }
            if all {
                tally.reversed += 1;
                assert_eq!(
                    before,
                    world.observe().await,
                    "after the reverse of {operation}"
                );
            }
        }
    }
    world.is_sound().await;
    tally
}

fn run(seeds: &[u64]) -> Tally {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(play(seeds))
}

fn cases() -> u32 {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test may be told to try harder"
    )]
    let (wanted, full) = (
        std::env::var("STRATA_PROPTEST_CASES"),
        std::env::var("STRATA_TEST_FULL"),
    );
    let usual = if full.is_ok() { 1_000 } else { 50 };
    wanted
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

/// The same lists each time, so that what fails fails again; other ones each time in the full suite, whose
/// seed is told and can be given.
#[allow(
    clippy::print_stderr,
    reason = "what ran is told, so that it can run again"
)]
fn config() -> ProptestConfig {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test may be told to try what failed before"
    )]
    let (given, full) = (
        std::env::var("STRATA_PROPTEST_SEED"),
        std::env::var("STRATA_TEST_FULL"),
    );
    let seed = match (given.ok().and_then(|text| text.parse().ok()), full) {
        (Some(seed), _) => seed,
        (None, Ok(_)) => rand_seed(),
        (None, Err(_)) => 1,
    };
    eprintln!(
        "{} lists of operations, STRATA_PROPTEST_SEED={seed}",
        cases()
    );
    ProptestConfig {
        cases: cases(),
        rng_seed: RngSeed::Fixed(seed),
        ..ProptestConfig::default()
    }
}

/// A number that differs each time.
fn rand_seed() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    std::hash::RandomState::new().build_hasher().finish()
}

#[test]
fn the_lists_are_not_idle() {
    if !world::is_there() {
        return;
    }
    let seeds: Vec<u64> = (0..400).collect();
    let tally = run(&seeds);
    assert!(tally.done > 100 && tally.reversed > 20, "{tally:?}");
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn what_is_observed_is_what_was_lowered(seeds in proptest::collection::vec(any::<u64>(), 1..60)) {
        if world::is_there() {
            run(&seeds);
        }
    }
}
