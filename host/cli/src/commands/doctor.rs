//! `strata doctor`: looks for what is wrong with a home.

use engine::doctor::{Check, Verdict};
use model::{Error, Result};
use serde::Serialize;

use crate::commands::context::{Context, closed};

mod codes {
    model::codes! {
        DOCTOR_FINDINGS = "doctor.findings", Findings, "The doctor found something wrong with the home.";
    }
}
pub use codes::*;

#[derive(Serialize)]
struct DoctorReport<'a> {
    format: &'static str,
    checks: &'a [Check],
}

/// Examines the home.
///
/// # Errors
/// `doctor.findings` when a check failed; those of opening the home.
pub async fn run(context: &Context) -> Result<()> {
    let mut home = context.open_to_look().await?;
    let checks = engine::doctor::examine(&mut home).await;
    let checks = closed(home, checks).await?;
    if context.output.is_json() {
        context.output.json(&DoctorReport {
            format: "strata/doctor/1",
            checks: &checks,
        });
    } else {
        let row = |check: &Check| {
            vec![
                check.verdict.as_str().to_owned(),
                check.subject.clone(),
                check.message.clone(),
            ]
        };
        context.output.table(
            &["", "subject", "finding"],
            checks.iter().map(row).collect(),
        );
    }
    let wrong = checks
        .iter()
        .filter(|check| check.verdict == Verdict::Wrong)
        .count();
    if wrong == 0 {
        return Ok(());
    }
    Err(Error::new(
        &DOCTOR_FINDINGS,
        format!("{wrong} things are wrong with this home"),
    )
    .hint("each line above that says `wrong` names what to look at"))
}
