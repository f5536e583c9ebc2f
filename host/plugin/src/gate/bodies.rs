//! Function bodies: how hard they are on the compiler.
//!
//! It does not validate them; the validator did.

use model::error::Result;
use wasmparser::{FunctionBody, Operator};

use crate::gate::invalid;
use crate::gate::structure::too_complex;
use crate::limits::{BODY_BYTES_MAX, LOCALS_MAX, LOOP_WEIGHT_MAX};

/// Refuses a body that is too large, or whose loops and locals multiply to too much.
pub(super) fn check(body: &FunctionBody<'_>) -> Result<()> {
    if body.range().len() > BODY_BYTES_MAX {
        return Err(too_complex(format!(
            "has a function of more than {BODY_BYTES_MAX} bytes"
        )));
    }
    let mut locals: u64 = 0;
    for group in body.get_locals_reader().map_err(|cause| invalid(&cause))? {
        let (count, _) = group.map_err(|cause| invalid(&cause))?;
        locals = locals.saturating_add(u64::from(count));
    }
    if locals > LOCALS_MAX {
        return Err(too_complex(format!(
            "has a function with {locals} locals, at most {LOCALS_MAX} are compiled"
        )));
    }
    if loop_weight(body, locals.max(1))? > LOOP_WEIGHT_MAX {
        return Err(too_complex(format!(
            "has a function whose nested loops weigh more than {LOOP_WEIGHT_MAX} (depth times locals, summed)"
        )));
    }
    Ok(())
}

fn loop_weight(body: &FunctionBody<'_>, locals: u64) -> Result<u64> {
    let mut weight: u64 = 0;
    let mut depth: u64 = 0;
    // One entry for each open block: whether it is a loop.
    let mut open: Vec<bool> = Vec::new();
    for operator in body
        .get_operators_reader()
        .map_err(|cause| invalid(&cause))?
    {
        match operator.map_err(|cause| invalid(&cause))? {
            Operator::Loop { .. } => {
                depth += 1;
                weight = weight.saturating_add(depth.saturating_mul(locals));
                open.push(true);
            }
            Operator::Block { .. } | Operator::If { .. } => open.push(false),
            Operator::End if open.pop() == Some(true) => depth -= 1,
            _ => {}
        }
    }
    Ok(weight)
}
