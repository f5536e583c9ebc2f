//! The functions that make texts and lists, in place of those of `regorus`, which has no limit on what
//! they make: each takes what it makes from a budget of one evaluation.
//!
//! They mean what Rego's functions of these names mean, but for `sprintf`, which knows `%s`, `%d`, `%v`
//! and `%%` and takes no collections.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use regorus::{Engine, Value};

/// The most bytes of text, and 64 for each element of a list, that one evaluation may make.
pub const MADE_BYTES_MAX: usize = 128 * 1024 * 1024;
/// The longest text that a function may make.
pub const TEXT_BYTES_MAX: usize = 256 * 1024;
/// The most elements of `numbers.range`, and of a list that is made of two.
pub const ELEMENTS_MAX: usize = 10_000;

const ELEMENT_BYTES: usize = 64;

type Made = Result<Value, String>;
type Function = fn(&Budget, &[Value]) -> Made;

const FUNCTIONS: [(&str, u8, Function); 18] = [
    ("array.concat", 2, array_concat),
    ("array.reverse", 1, |budget, args| {
        budget.list(array(args, 0)?.iter().rev().cloned().collect())
    }),
    ("array.slice", 3, array_slice),
    ("concat", 2, concat),
    ("lower", 1, |budget, args| {
        budget.text(text(args, 0)?.to_lowercase())
    }),
    ("numbers.range", 2, range),
    ("object.keys", 1, object_keys),
    ("replace", 3, replace),
    ("sort", 1, |budget, args| {
        let mut made: Vec<Value> = list(args, 0)?.into_iter().cloned().collect();
        made.sort();
        budget.list(made)
    }),
    ("split", 2, split),
    ("sprintf", 2, sprintf),
    ("substring", 3, substring),
    ("trim", 2, |budget, args| {
        let cut = text(args, 1)?;
        budget.text(text(args, 0)?.trim_matches(|c| cut.contains(c)).to_owned())
    }),
    ("trim_left", 2, |budget, args| {
        let cut = text(args, 1)?;
        budget.text(
            text(args, 0)?
                .trim_start_matches(|c| cut.contains(c))
                .to_owned(),
        )
    }),
    ("trim_prefix", 2, |budget, args| {
        let whole = text(args, 0)?;
        budget.text(
            whole
                .strip_prefix(text(args, 1)?)
                .unwrap_or(whole)
                .to_owned(),
        )
    }),
    ("trim_space", 1, |budget, args| {
        budget.text(text(args, 0)?.trim().to_owned())
    }),
    ("trim_suffix", 2, |budget, args| {
        let whole = text(args, 0)?;
        budget.text(
            whole
                .strip_suffix(text(args, 1)?)
                .unwrap_or(whole)
                .to_owned(),
        )
    }),
    ("upper", 1, |budget, args| {
        budget.text(text(args, 0)?.to_uppercase())
    }),
];

/// What one evaluation may still make.
#[derive(Debug, Clone)]
pub(crate) struct Budget(Arc<AtomicUsize>);

impl Budget {
    /// A whole one.
    pub(crate) fn new() -> Budget {
        Budget(Arc::new(AtomicUsize::new(MADE_BYTES_MAX)))
    }

    /// Whether something was refused because nothing was left.
    pub(crate) fn is_spent(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    fn take(&self, bytes: usize) -> Result<(), String> {
        let left = self.0.load(Ordering::Relaxed);
        self.0.store(left.saturating_sub(bytes), Ordering::Relaxed);
        if left > bytes {
            return Ok(());
        }
        Err(format!(
            "the functions of the pack made more than {MADE_BYTES_MAX} bytes"
        ))
    }

    fn text(&self, made: String) -> Made {
        self.fits(made.len())?;
        self.take(made.len())?;
        Ok(Value::from(made))
    }

    fn fits(&self, bytes: usize) -> Result<(), String> {
        if bytes <= TEXT_BYTES_MAX {
            return Ok(());
        }
        Err(format!(
            "a function would make a text of more than {TEXT_BYTES_MAX} bytes"
        ))
    }

    fn list(&self, made: Vec<Value>) -> Made {
        self.take(made.len().saturating_mul(ELEMENT_BYTES))?;
        Ok(Value::from(made))
    }
}

/// The names of these functions.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(name, _, _)| *name)
}

/// Whether a name is one of these functions.
pub(crate) fn is_one(name: &str) -> bool {
    names().any(|known| known == name)
}

/// Puts the functions into an engine; they win over those of the same names.
pub(crate) fn add(engine: &mut Engine, budget: &Budget) -> Result<(), String> {
    for (name, n_arguments, function) in FUNCTIONS {
        let budget = budget.clone();
        let call = move |args: Vec<Value>| {
            function(&budget, &args).map_err(|why| std::io::Error::other(why).into())
        };
        engine
            .add_extension(name.to_owned(), n_arguments, Box::new(call))
            .map_err(|cause| cause.to_string())?;
    }
    Ok(())
}

fn text(args: &[Value], n: usize) -> Result<&str, String> {
    match args.get(n) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(format!("argument {} is not a text", n + 1)),
    }
}

fn whole(args: &[Value], n: usize) -> Result<i64, String> {
    let number = args.get(n).and_then(|value| value.as_i64().ok());
    number.ok_or_else(|| format!("argument {} is not a whole number", n + 1))
}

fn list(args: &[Value], n: usize) -> Result<Vec<&Value>, String> {
    match args.get(n) {
        Some(Value::Array(list)) => Ok(list.iter().collect()),
        Some(Value::Set(set)) => Ok(set.iter_sorted().collect()),
        _ => Err(format!("argument {} is not a list", n + 1)),
    }
}

fn concat(budget: &Budget, args: &[Value]) -> Made {
    let between = text(args, 0)?;
    let mut made = String::new();
    for (n, part) in list(args, 1)?.into_iter().enumerate() {
        if n > 0 {
            made.push_str(between);
        }
        made.push_str(text(std::slice::from_ref(part), 0)?);
        budget.fits(made.len())?;
    }
    budget.text(made)
}

fn array(args: &[Value], n: usize) -> Result<&[Value], String> {
    match args.get(n) {
        Some(Value::Array(list)) => Ok(list.as_slice()),
        _ => Err(format!("argument {} is not a list", n + 1)),
    }
}

fn array_concat(budget: &Budget, args: &[Value]) -> Made {
    let (first, second) = (array(args, 0)?, array(args, 1)?);
    if first.len().saturating_add(second.len()) > ELEMENTS_MAX {
        return Err(format!(
            "a list would have more than {ELEMENTS_MAX} elements"
        ));
    }
    budget.list(first.iter().chain(second).cloned().collect())
}

fn array_slice(budget: &Budget, args: &[Value]) -> Made {
    let list = array(args, 0)?;
    let clamp = |n: i64| usize::try_from(n).unwrap_or(0).min(list.len());
    let (start, end) = (clamp(whole(args, 1)?), clamp(whole(args, 2)?));
    budget.list(list.get(start..end).unwrap_or_default().to_vec())
}

fn object_keys(budget: &Budget, args: &[Value]) -> Made {
    let Some(Value::Object(object)) = args.first() else {
        return Err("argument 1 is not an object".to_owned());
    };
    budget.take(object.len().saturating_mul(ELEMENT_BYTES))?;
    let keys: BTreeSet<Value> = object.keys().cloned().collect();
    Ok(Value::from(keys))
}

fn range(budget: &Budget, args: &[Value]) -> Made {
    let (from, to) = (whole(args, 0)?, whole(args, 1)?);
    let apart = usize::try_from(from.abs_diff(to)).unwrap_or(usize::MAX);
    if apart >= ELEMENTS_MAX {
        return Err(format!(
            "a range would have more than {ELEMENTS_MAX} elements"
        ));
    }
    let mut made: Vec<Value> = (from.min(to)..=from.max(to)).map(Value::from).collect();
    if from > to {
        made.reverse();
    }
    budget.list(made)
}

fn replace(budget: &Budget, args: &[Value]) -> Made {
    let (whole, old, new) = (text(args, 0)?, text(args, 1)?, text(args, 2)?);
    let n_found = whole.matches(old).count();
    budget.fits(n_found.saturating_mul(new.len()))?;
    budget.text(whole.replace(old, new))
}

fn split(budget: &Budget, args: &[Value]) -> Made {
    let (whole, between) = (text(args, 0)?, text(args, 1)?);
    budget.fits(whole.len())?;
    budget.take(whole.len())?;
    let made = if between.is_empty() {
        whole.chars().map(|c| Value::from(c.to_string())).collect()
    } else {
        whole.split(between).map(Value::from).collect()
    };
    budget.list(made)
}

fn substring(budget: &Budget, args: &[Value]) -> Made {
    let whole_text = text(args, 0)?;
    let start =
        usize::try_from(whole(args, 1)?).map_err(|_| "the offset is negative".to_owned())?;
    let rest = whole_text.chars().skip(start);
    let made = match usize::try_from(whole(args, 2)?) {
        Ok(length) => rest.take(length).collect(),
        Err(_) => rest.collect(),
    };
    budget.text(made)
}

fn sprintf(budget: &Budget, args: &[Value]) -> Made {
    let mut values = list(args, 1)?.into_iter();
    let mut made = String::new();
    let mut form = text(args, 0)?.chars();
    while let Some(c) = form.next() {
        if c != '%' {
            made.push(c);
            continue;
        }
        match form.next() {
            Some('%') => made.push('%'),
            Some('s' | 'd' | 'v') => match values.next() {
                Some(Value::String(text)) => made.push_str(text),
                Some(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => {
                    made.push_str(&value.to_string());
                }
                Some(_) => return Err("`sprintf` takes texts, numbers and booleans".to_owned()),
                None => return Err("`sprintf` has fewer values than places".to_owned()),
            },
            _ => return Err("`sprintf` knows %s, %d, %v and %% alone".to_owned()),
        }
        budget.fits(made.len())?;
    }
    if values.next().is_some() {
        return Err("`sprintf` has more values than places".to_owned());
    }
    budget.text(made)
}
