//! Columns of every type: made, added, filled, changed, renamed and dropped.

use model::Operation;
use model::column_type::{ColumnType as T, Kind};
use model::operation::{AlterColumn, ColumnChange, DropColumn, RenameColumn};
use model::schema::{Collation, Column, ColumnDefault, Table};
use model::value::Value;

use crate::case::*;
use crate::types::{self, Sample};
use crate::words::*;

/// Every group of cases about one type, with the name of its page.
pub(crate) fn pages(samples: Vec<Sample>) -> Vec<(String, Vec<Case>)> {
    let pages = |sample: Sample| {
        let name = page_name(crate::type_word(&sample.0), &sample.0);
        let made = [made(&sample), added(&sample)].concat();
        [(format!("{name}_changed"), changed(&sample)), (name, made)]
    };
    samples.into_iter().flat_map(pages).collect()
}

/// A decimal that SQLite does not keep has a page of its own.
fn page_name(word: &str, column_type: &T) -> String {
    match column_type {
        T::Decimal { precision, .. } if *precision > 18 => "column_decimal_wide".to_owned(),
        _ => format!("column_{}", word.to_lowercase()),
    }
}

/// Two rows on a table without the column.
fn given_rows() -> Vec<Operation> {
    let ids = vec![vec![integer(1)], vec![integer(2)]];
    vec![make(table("things", vec![])), rows("things", &["id"], ids)]
}

/// Two rows on a table whose last column is this one, with these values.
fn given_with(column: Column, values: &[Value]) -> Vec<Operation> {
    let ids = (1..).map(integer).zip(values);
    let all = ids.map(|(id, value)| vec![id, value.clone()]).collect();
    vec![
        make(table("things", vec![column])),
        rows("things", &["id", "c"], all),
    ]
}

fn alter(change: ColumnChange) -> Operation {
    AlterColumn {
        table: things(),
        column: name("c"),
        change,
    }
    .into()
}

fn default_of(value: &Value) -> Option<ColumnDefault> {
    Some(ColumnDefault::Value(value.clone()))
}

fn every_sort(t: &T, value: &Value) -> Table {
    let fallen = Column {
        nullable: true,
        ..defaulted("fallen", t.clone(), value.clone())
    };
    let columns = vec![
        column("given", t.clone()),
        defaulted("preset", t.clone(), value.clone()),
        nullable("absent", t.clone()),
        fallen,
    ];
    table("things", columns)
}

fn made((t, [value, other], unfit): &Sample) -> Vec<Case> {
    let every = every_sort(t, value);
    let given = rows(
        "things",
        &["id", "given"],
        vec![
            vec![integer(1), value.clone()],
            vec![integer(2), other.clone()],
        ],
    );
    let unfit: Vec<String> = unfit
        .iter()
        .map(|literal| format!("UPDATE things SET given = {literal}"))
        .collect();
    let unfit: Vec<&str> = unfit.iter().map(String::as_str).collect();
    vec![
        case(
            format!("a table is made with {t} columns of every sort"),
            vec![],
            make(every.clone()),
        ),
        case(
            format!(
                "a row gives a {t} its value, a default falls in, and what is not given is null"
            ),
            vec![make(every)],
            given,
        )
        .refuses(&unfit)
        .takes(&["INSERT INTO things (given) SELECT given FROM things WHERE id = 1"]),
    ]
}

fn added((t, [value, _], _): &Sample) -> Vec<Case> {
    let either = Column {
        nullable: true,
        ..defaulted("c", t.clone(), value.clone())
    };
    let drop = DropColumn {
        table: things(),
        column: name("c"),
    };
    let rename = RenameColumn {
        table: things(),
        from: name("c"),
        to: name("order"),
    };
    let absent = nullable("c", t.clone());
    let required = defaulted("c", t.clone(), value.clone());
    let both = [value.clone(), Value::Null];
    vec![
        case(
            format!("a nullable {t} is added to a table with rows"),
            given_rows(),
            add("things", absent.clone()),
        ),
        case(
            format!("a {t} with a default is added to a table with rows"),
            given_rows(),
            add("things", required),
        ),
        case(
            format!("a nullable {t} with a default is added to a table with rows"),
            given_rows(),
            add("things", either),
        ),
        case(
            format!("a {t} is dropped with its values"),
            given_with(absent.clone(), &both),
            drop,
        )
        .back(vec![add("things", absent.clone())]),
        case(
            format!("a {t} is renamed and keeps its values"),
            given_with(absent, &both),
            rename,
        ),
    ]
}

fn changed((t, [value, other], _): &Sample) -> Vec<Case> {
    let values = [value.clone(), other.clone()];
    let absent = nullable("c", t.clone());
    let preset = defaulted("c", t.clone(), value.clone());
    let falls = "INSERT INTO things (id) VALUES (9)";
    // MySQL and MariaDB let an enum that may not be null fall back to its first value.
    let required = match t {
        T::Enum { .. } => "UPDATE things SET c = NULL",
        _ => falls,
    };
    vec![
        case(
            format!("a {t} may be null from now on"),
            given_with(column("c", t.clone()), &values),
            alter(ColumnChange::SetNullable(true)),
        )
        .takes(&[falls]),
        case(
            format!("a {t} may not be null from now on"),
            given_with(absent.clone(), &values),
            alter(ColumnChange::SetNullable(false)),
        )
        .refuses(&["UPDATE things SET c = NULL"]),
        case(
            format!("a {t} that is null somewhere cannot be made required"),
            given_with(absent.clone(), &[value.clone(), Value::Null]),
            alter(ColumnChange::SetNullable(false)),
        )
        .fails(),
        case(
            format!("a {t} gets a default"),
            given_with(absent, &values),
            alter(ColumnChange::SetDefault(default_of(value))),
        )
        .takes(&[falls]),
        case(
            format!("a {t} gets another default"),
            given_with(preset.clone(), &values),
            alter(ColumnChange::SetDefault(default_of(other))),
        )
        .takes(&[falls]),
        case(
            format!("a {t} loses its default"),
            given_with(preset, &values),
            alter(ColumnChange::SetDefault(None)),
        )
        .refuses(&[required]),
    ]
}

/// What only some types have: an identity, the current time, letters of either case.
pub(crate) fn others() -> Vec<Case> {
    let mut cases = identities();
    for t in [T::Timestamp, T::Timestamptz] {
        let now = Column {
            default: Some(ColumnDefault::CurrentTimestamp),
            ..column("c", t.clone())
        };
        let set = alter(ColumnChange::SetDefault(now.default.clone()));
        let lose = alter(ColumnChange::SetDefault(None));
        let moment = rows("things", &["id"], vec![vec![integer(1)]]);
        let stamped = make(table("things", vec![now.clone()]));
        cases.extend([
            case(
                format!("a {t} falls back to the current time"),
                vec![stamped.clone()],
                moment.clone(),
            ),
            case(
                format!("a {t} of the current time is added to a table with rows"),
                given_rows(),
                add("things", now.clone()),
            ),
            case(
                format!("a {t} gets the current time as its default"),
                vec![
                    make(table("things", vec![nullable("c", t.clone())])),
                    moment,
                ],
                set,
            ),
            case(
                format!("a {t} no longer falls back to the current time"),
                vec![stamped],
                lose,
            )
            .refuses(&["INSERT INTO things (id) VALUES (9)"]),
        ]);
    }
    cases.extend(either_case());
    cases
}

fn identities() -> Vec<Case> {
    let given = vec![make(table("things", vec![nullable("c", T::Int)]))];
    let five = rows("things", &["id"], vec![vec![integer(5)]]);
    vec![
        case(
            "an id goes on after the highest that was given",
            given.clone(),
            five,
        )
        .takes(&[
            "INSERT INTO things (c) VALUES (1)",
            "DELETE FROM things WHERE c = 1",
            "INSERT INTO things (c) VALUES (2)",
        ])
        .refuses(&["INSERT INTO things (id) VALUES (5)"]),
        case(
            "an id goes on although its column was renamed",
            [given, vec![rows("things", &["id"], vec![vec![integer(5)]])]].concat(),
            RenameColumn {
                table: things(),
                from: name("id"),
                to: name("number"),
            },
        )
        .takes(&["INSERT INTO things (c) VALUES (1)"]),
    ]
}

fn either_case() -> Vec<Case> {
    let texts = types::texts().into_iter();
    let texts = texts.filter(|(t, ..)| t.kind() == Kind::Text);
    let of = |(t, ..): Sample| {
        let folded = Column {
            collation: Collation::IgnoreCase,
            ..nullable("c", t.clone())
        };
        vec![
            case(
                format!("a table is made with a {t} without regard to case"),
                vec![],
                make(table("things", vec![folded.clone()])),
            ),
            case(
                format!("a {t} without regard to case is added to a table with rows"),
                given_rows(),
                add("things", folded.clone()),
            ),
            case(
                format!("a {t} without regard to case gets a default"),
                vec![make(table("things", vec![folded]))],
                alter(ColumnChange::SetDefault(Some(ColumnDefault::Value(text(
                    "c",
                ))))),
            ),
        ]
    };
    let mut cases: Vec<Case> = texts
        .filter(|(t, ..)| text("c").fits(t).is_ok())
        .flat_map(of)
        .collect();
    let word = Column {
        collation: Collation::IgnoreCase,
        ..nullable("c", T::String { length: 20 })
    };
    let upper = given_with(word, &[text("Ann"), text("bob")]);
    cases.push(case(
        "rows are found without regard to case where the column says so",
        upper,
        model::operation::DeleteRows {
            table: things(),
            filter: Some(expression("c = 'ANN'")),
        },
    ));
    cases
}
