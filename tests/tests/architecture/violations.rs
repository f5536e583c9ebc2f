//! What a rule found, as the error of a test.

use std::fmt;

/// The outcome of a rule.
pub(crate) type Verdict = Result<(), Violations>;

/// Every place that breaks one rule.
pub(crate) struct Violations {
    rule: &'static str,
    places: Vec<String>,
}

/// Holds when there are no places; otherwise the error says the rule and every place.
pub(crate) fn verdict(rule: &'static str, places: Vec<String>) -> Verdict {
    if places.is_empty() {
        Ok(())
    } else {
        Err(Violations { rule, places })
    }
}

impl fmt::Debug for Violations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({} places)", self.rule, self.places.len())?;
        self.places
            .iter()
            .try_for_each(|place| write!(formatter, "\n  {place}"))
    }
}
