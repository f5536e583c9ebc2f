//! Views: made, dropped, one over the other, and while the tables below them change.

use model::Operation;
use model::column_type::ColumnType as T;
use model::operation::{AlterColumn, ColumnChange, CreateView, DropView};
use model::schema::{Collation, Column, ReferentialAction as On, Table};
use model::value::Value;

use crate::case::*;
use crate::words::*;

/// Plans and members of some of them.
pub(crate) fn given() -> Vec<Operation> {
    let price = T::Decimal {
        precision: 10,
        scale: 2,
    };
    let plans = vec![word("code"), defaulted("price", price, decimal("9.90"))];
    let email = Column {
        collation: Collation::IgnoreCase,
        ..word("email")
    };
    let joined = defaulted("joined", T::Timestamptz, text("2026-11-20T13:05:00+01:00"));
    let members = Table {
        foreign_keys: vec![foreign_key(
            "members_plan",
            "plan_id",
            ("plans", "id"),
            On::SetNull,
        )],
        ..table(
            "members",
            vec![email, nullable("plan_id", T::Bigint), joined],
        )
    };
    let member = |id, email: &str, plan| vec![integer(id), text(email), plan];
    vec![
        make(table("plans", plans)),
        make(members),
        rows(
            "plans",
            &["id", "code", "price"],
            vec![
                vec![integer(1), text("basic"), integer(0)],
                vec![integer(2), text("gold"), decimal("29.5")],
                vec![integer(3), text("silver"), decimal("14.75")],
            ],
        ),
        rows(
            "members",
            &["id", "email", "plan_id"],
            vec![
                member(1, "ann", integer(2)),
                member(2, "bob", integer(2)),
                member(3, "eve", integer(3)),
                member(4, "fay", Value::Null),
            ],
        ),
    ]
}

fn create(name: &str, query: &str) -> Operation {
    CreateView {
        view: view(name, query),
    }
    .into()
}

const PAYING: &str = "SELECT m.email AS email, p.code AS code, p.price AS price FROM members m JOIN plans p ON p.id = m.plan_id WHERE p.price > 1.5";

fn drop_view(view: &str) -> Operation {
    DropView { view: name(view) }.into()
}

pub(crate) fn made() -> Vec<Case> {
    let made = [
        (
            "a view of some rows",
            "SELECT p.code AS code FROM plans p WHERE p.price >= 14.75",
        ),
        ("a view that joins", PAYING),
        (
            "a view that joins what may be missing",
            "SELECT m.email AS email, p.code AS code FROM members m LEFT JOIN plans p ON p.id = m.plan_id WHERE p.id IS NULL OR p.code = 'gold'",
        ),
        (
            "a view that counts",
            "SELECT p.code AS code, COUNT(m.id) AS n, COUNT(DISTINCT m.plan_id) AS d FROM plans p LEFT JOIN members m ON m.plan_id = p.id GROUP BY p.code",
        ),
        (
            "a view of sums and extremes",
            "SELECT COUNT(*) AS n, SUM(p.price) AS total, MIN(p.code) AS first, MAX(p.price) AS highest FROM plans p",
        ),
        (
            "a view of means",
            "SELECT AVG(p.price) AS mean, AVG(p.id) AS number FROM plans p",
        ),
        (
            "a view of computed columns",
            "SELECT upper(p.code) || '!' AS code, p.price * 2 + 1 AS more, length(p.code) AS n, p.price / 2e0 AS half FROM plans p",
        ),
        (
            "a view that looks without regard to case",
            "SELECT m.email AS email FROM members m WHERE m.email = 'ANN'",
        ),
        (
            "a view that looks with regard to case",
            "SELECT COUNT(*) AS n FROM plans p WHERE p.code = 'GOLD'",
        ),
        (
            "a view that compares moments",
            "SELECT MAX(m.email) AS last FROM members m WHERE m.joined > '2026-11-20T12:04:59Z'",
        ),
        (
            "a view of a text with quotes",
            "SELECT p.code AS code FROM plans p WHERE p.code <> 'it''s \\ `a`.\"b\"'",
        ),
    ];
    made.map(|(says, query)| case(format!("{says} is made"), given(), create("shown", query)))
        .into()
}

/// Views one over the other, and what happens below them.
pub(crate) fn over_others() -> Vec<Case> {
    let paying = || [given(), vec![create("paying", PAYING)]].concat();
    let over = "SELECT q.code AS code, COUNT(*) AS n FROM paying q GROUP BY q.code";
    let both = || [paying(), vec![create("counted", over)]].concat();
    let alter = |column: &str, change| AlterColumn {
        table: name("plans"),
        column: name(column),
        change,
    };
    vec![
        case(
            "a view is made over another view",
            paying(),
            create("counted", over),
        ),
        case("a view is dropped", paying(), drop_view("paying")),
        case(
            "a view over another view is dropped",
            both(),
            drop_view("counted"),
        ),
        case(
            "a column below two views loses its default",
            both(),
            alter("price", ColumnChange::SetDefault(None)),
        ),
        case(
            "a column below two views may be null from now on",
            both(),
            alter("code", ColumnChange::SetNullable(true)),
        ),
        case(
            "a column is added to a table below two views",
            both(),
            add("plans", nullable("seats", T::Int)),
        ),
    ]
}
