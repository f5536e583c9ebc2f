//! Names and comments: tables and columns renamed with everything that hangs on them, and odd comments.

use model::Operation;
use model::column_type::ColumnType as T;
use model::operation::{
    AlterColumn, ColumnChange, CreateIndex, CreateTable, CreateView, DropTable, RenameColumn,
    RenameTable,
};
use model::schema::{Column, Index, ReferentialAction as On, Table, View};
use model::value::Value;

use crate::case::*;
use crate::words::*;

/// A table with everything, and one that points at it and at itself.
fn given() -> Vec<Operation> {
    let plans = Table {
        indexes: vec![
            index("plans_code", &["code"], true),
            Index {
                filter: Some(expression("active = TRUE")),
                ..index("plans_active", &["code"], true)
            },
        ],
        checks: vec![check(
            "plans_check",
            "length(code) < size AND active = TRUE",
        )],
        ..table(
            "plans",
            vec![
                word("code"),
                defaulted("active", T::Bool, Value::Bool(true)),
                defaulted("size", T::Int, integer(9)),
                nullable("more", T::Json),
            ],
        )
    };
    let members = Table {
        foreign_keys: vec![
            foreign_key("members_plan", "plan_id", ("plans", "id"), On::Cascade),
            foreign_key("members_boss", "boss", ("members", "id"), On::SetNull),
        ],
        ..table(
            "members",
            vec![nullable("plan_id", T::Bigint), nullable("boss", T::Bigint)],
        )
    };
    vec![
        make(plans),
        make(members),
        rows("plans", &["id", "code"], vec![vec![integer(1), text("a")]]),
        rows(
            "members",
            &["id", "plan_id", "boss"],
            vec![
                vec![integer(1), integer(1), Value::Null],
                vec![integer(2), integer(1), integer(1)],
            ],
        ),
    ]
}

fn rename_table(from: &str, to: &str) -> Operation {
    RenameTable {
        from: name(from),
        to: name(to),
    }
    .into()
}

fn rename_column(table: &str, from: &str, to: &str) -> Operation {
    RenameColumn {
        table: name(table),
        from: name(from),
        to: name(to),
    }
    .into()
}

pub(crate) fn renames() -> Vec<Case> {
    let document = rename_column("plans", "more", "extra");
    vec![
        case(
            "a table that others point at is renamed",
            given(),
            rename_table("plans", "tariffs"),
        ),
        case(
            "a table that points at itself is renamed",
            given(),
            rename_table("members", "people"),
        ),
        case(
            "a table gets a name that SQL means something by",
            given(),
            rename_table("members", "order"),
        ),
        case(
            "a column of an index, a filter and a check is renamed",
            given(),
            rename_column("plans", "code", "word"),
        )
        .refuses(&[
            "INSERT INTO plans (word) VALUES ('a')",
            "UPDATE plans SET word = 'a very long one'",
        ]),
        case(
            "a column of a filter and a check is renamed",
            given(),
            rename_column("plans", "active", "used"),
        ),
        case(
            "a column that others point at is renamed",
            given(),
            rename_column("plans", "id", "number"),
        )
        .refuses(&["INSERT INTO members (plan_id) VALUES (9)"]),
        case(
            "a column that points is renamed",
            given(),
            rename_column("members", "plan_id", "tariff"),
        )
        .refuses(&["INSERT INTO members (tariff) VALUES (9)"]),
        case(
            "a column that points at its own table is renamed",
            given(),
            rename_column("members", "boss", "select"),
        ),
        case(
            "a column gets the name that another document had",
            [given(), vec![document]].concat(),
            add("plans", nullable("more", T::Json)),
        ),
    ]
}

const ODD: &str = "it's a \\ \"b\" `c` \u{1F600} -- d";

fn commented() -> Table {
    let note = Column {
        comment: Some(ODD.to_owned()),
        ..nullable("note", T::String { length: 40 })
    };
    Table {
        comment: Some(ODD.to_owned()),
        ..table("things", vec![note])
    }
}

pub(crate) fn comments() -> Vec<Case> {
    let given = || vec![make(commented())];
    let view = View {
        comment: Some(ODD.to_owned()),
        ..view("shown", "SELECT t.note AS note FROM things t")
    };
    let said = Column {
        comment: Some("said".to_owned()),
        ..nullable("more", T::Bool)
    };
    let looked = CreateIndex {
        table: things(),
        index: index("things_note", &["note"], false),
    };
    let mut cases = vec![
        case(
            "a table and a column are made with comments",
            vec![],
            make(commented()),
        ),
        case(
            "a column with a comment is added",
            given(),
            add("things", said),
        ),
        case(
            "a view is made with a comment",
            given(),
            CreateView { view },
        ),
        case(
            "a column keeps its comment when it is renamed",
            given(),
            rename_column("things", "note", "word"),
        ),
        case(
            "a table keeps its comment when it is renamed",
            given(),
            rename_table("things", "others"),
        ),
        case(
            "a column keeps its comment when it is indexed",
            given(),
            looked,
        ),
        case(
            "a table with comments is dropped",
            given(),
            DropTable { table: things() },
        )
        .back(vec![CreateTable { table: commented() }.into()]),
    ];
    cases.extend(altered_comments());
    cases
}

fn altered_comments() -> Vec<Case> {
    let alter = |change| AlterColumn {
        table: things(),
        column: name("note"),
        change,
    };
    let given = || vec![make(commented())];
    let default = model::schema::ColumnDefault::Value(text(ODD));
    vec![
        case(
            "a column keeps its comment when its type changes",
            given(),
            alter(ColumnChange::SetType(T::Text)),
        ),
        case(
            "a column keeps its comment when it may no longer be null",
            given(),
            alter(ColumnChange::SetNullable(false)),
        ),
        case(
            "a column keeps its comment when it gets a default",
            given(),
            alter(ColumnChange::SetDefault(Some(default))),
        ),
    ]
}
