//! Reads the rules of a pack and refuses what a pack may not do, before anything is evaluated.
//!
//! It does not evaluate: what a rule does with an input is bounded by [`crate::pack::evaluate`].

use std::collections::{BTreeMap, BTreeSet};

use model::error::{Error, Result};
use model::name::display;
use regorus::Engine;

use crate::pack::evaluate::sentence_of;
use crate::pack::syntax::{Definition, Refusal};
use crate::pack::{bounded, recursion, scan, syntax};

mod codes {
    model::codes! {
        PACK_REGO_INVALID = "pack.rego_invalid", Input, "A rule file of a pack does not parse, does not compile, or uses what a pack may not use.";
    }
}
pub use codes::*;

/// Adds the rules to an engine if all of them are what a pack may hold.
pub(crate) fn add(engine: &mut Engine, rego: &BTreeMap<String, String>) -> Result<()> {
    for (path, text) in rego {
        if let Some(why) = scan::refuse(text) {
            return Err(invalid(path, &why));
        }
        engine
            .add_policy(path.clone(), text.clone())
            .map_err(|cause| invalid(path, &sentence_of(&cause.to_string())))?;
    }
    let modules = engine.get_modules();
    let located: Vec<_> = rego.keys().zip(modules.iter()).collect();
    let at = |path: &str, (line, why): Refusal| invalid(&format!("{path}:{line}"), &why);
    let mut known = BTreeSet::new();
    for (path, module) in &located {
        known.extend(syntax::names(module).map_err(|refusal| at(path, refusal))?);
    }
    if let Some(name) = known.iter().find(|name| is_taken(name)) {
        let why = format!(
            "its rule `{}` has the name of a built-in function, or of an input",
            display(name)
        );
        return Err(invalid("the pack", &why));
    }
    if !known.contains("findings") {
        return Err(invalid("the pack", "there is no rule `findings`"));
    }
    let mut definitions: Vec<Definition> = Vec::new();
    for (path, module) in &located {
        let found = syntax::definitions(module, &known).map_err(|refusal| at(path, refusal))?;
        definitions.extend(found);
    }
    match recursion::refuse(&definitions) {
        Some((_, why)) => Err(invalid("the pack", &why)),
        None => Ok(()),
    }
}

fn is_taken(name: &str) -> bool {
    syntax::BUILT_IN.contains(&name) || bounded::is_one(name) || ["input", "data"].contains(&name)
}

/// An error about rules; `place` is a file, with a line where one is known.
pub(crate) fn invalid(place: &str, why: &str) -> Error {
    Error::new(
        &PACK_REGO_INVALID,
        format!("the rules in {place} are not valid: {why}"),
    )
    .hint("docs/compliance.md lists what the rules of a pack may use, and its limits")
}
