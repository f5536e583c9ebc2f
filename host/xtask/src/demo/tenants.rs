//! The three tenants of the demo, and the table of what became of them.
//!
//! What is printed is read from the answer of `strata tenant create`; a field that is missing there is a
//! failure, never a blank.

use serde_json::Value;

use super::strata::Strata;
use crate::failure::Failure;

/// How many characters of a digest people are shown.
const SHORT: usize = 12;

/// A tenant as it is asked for.
#[derive(Debug)]
pub(super) struct Tenant {
    slug: &'static str,
    name: &'static str,
    /// Options with their values, in pairs.
    options: &'static [&'static str],
}

/// The tenants of the demo.
pub(super) const TENANTS: [Tenant; 3] = [
    Tenant {
        slug: "nepali-congress",
        name: "Nepali Congress",
        options: &[
            "--template",
            "political_party_nepal@1.0.0",
            "--module",
            "membership_management@1.0.0",
            "--module",
            "finance_tracking",
            "--module",
            "election_campaign",
            "--custom",
            "nepali_congress",
        ],
    },
    Tenant {
        slug: "cpn-uml",
        name: "CPN (UML)",
        options: &[
            "--template",
            "political_party_nepal@1.0.0",
            "--module",
            "membership_management@1.0.0",
            "--module",
            "social_media",
            "--custom",
            "cpn_uml",
        ],
    },
    Tenant {
        slug: "nrna",
        name: "Non-Resident Nepali Association",
        options: &[
            "--template",
            "non_profit_organization",
            "--module",
            "social_media",
        ],
    },
];

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Created {
    cells: [String; 7],
}

/// Creates a tenant, or hears what stands.
pub(super) fn create(strata: &Strata, tenant: &Tenant) -> Result<Created, Failure> {
    let mut arguments = vec!["tenant", "create", tenant.slug, "--name", tenant.name];
    arguments.extend(tenant.options);
    let answer = strata.json(&arguments)?;
    read(&answer).map_err(|field| {
        let slug = tenant.slug;
        Failure::broken(format!(
            "the answer of `strata tenant create {slug}` has no usable `{field}`"
        ))
    })
}

/// Reads an answer, or returns the name of the first field that is missing.
fn read(answer: &Value) -> Result<Created, &'static str> {
    let text = |field: &'static str| answer[field].as_str().ok_or(field);
    let number = |field: &'static str| answer[field].as_u64().ok_or(field);
    let layers = answer["layers"].as_array().ok_or("layers")?;
    let layers: Option<Vec<String>> = layers.iter().map(layer).collect();
    Ok(Created {
        cells: [
            text("slug")?.to_owned(),
            text("outcome")?.to_owned(),
            layers.ok_or("layers")?.join(", "),
            number("migrations")?.to_string(),
            number("tables")?.to_string(),
            short(text("fingerprint")?),
            duration(number("duration_ms")?),
        ],
    })
}

fn layer(layer: &Value) -> Option<String> {
    let name = layer["layer"].as_str()?;
    let n_plugins = layer["plugins"].as_array()?.len();
    Some(if n_plugins == 1 {
        name.to_owned()
    } else {
        format!("{name} ×{n_plugins}")
    })
}

fn short(digest: &str) -> String {
    let (kind, hex) = digest.split_once(':').unwrap_or(("", digest));
    let hex: String = hex.chars().take(SHORT).collect();
    if kind.is_empty() {
        hex
    } else {
        format!("{kind}:{hex}")
    }
}

fn duration(ms: u64) -> String {
    if ms < 1_000 {
        format!("{ms} ms")
    } else {
        format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
    }
}

/// Prints the table.
pub(super) fn print(created: &[Created]) {
    for line in lines(created) {
        println!("{line}");
    }
}

fn lines(created: &[Created]) -> Vec<String> {
    let header = [
        "TENANT",
        "OUTCOME",
        "LAYERS",
        "MIGRATIONS",
        "TABLES",
        "FINGERPRINT",
        "TIME",
    ]
    .map(str::to_owned);
    let rows: Vec<&[String; 7]> = std::iter::once(&header)
        .chain(created.iter().map(|row| &row.cells))
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |row: &&[String; 7]| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer() -> Value {
        json!({
            "format": "strata/tenant-created/1",
            "slug": "acme",
            "outcome": "created",
            "layers": [
                { "layer": "basic", "plugins": ["basic@1.0.0"], "migrations": 3 },
                { "layer": "module", "plugins": ["a@1.0.0", "b@1.0.0"], "migrations": 4 },
            ],
            "migrations": 7,
            "tables": 12,
            "fingerprint": "sha256:0123456789abcdef",
            "duration_ms": 1234,
        })
    }

    #[test]
    fn an_answer_becomes_a_row() {
        let lines = lines(&[read(&answer()).unwrap()]);
        assert_eq!(
            lines,
            [
                "TENANT  OUTCOME  LAYERS            MIGRATIONS  TABLES  FINGERPRINT          TIME",
                "acme    created  basic, module ×2  7           12      sha256:0123456789ab  1.2 s",
            ]
        );
    }

    #[test]
    fn a_missing_field_is_named() {
        let mut answer = answer();
        answer["tables"] = Value::Null;
        assert_eq!(read(&answer), Err("tables"));
    }
}
