//! Walks the syntax tree of a rule file: what each rule refers to, how deep it nests, and whether it
//! uses anything that a pack may not use.
//!
//! It does not look across rules; [`crate::pack::recursion`] does. What is allowed is a list here, so
//! that a newer `regorus` cannot bring anything in.
//!
//! Invariants: a call goes to a function of the pack or to a name of [`BUILT_IN`]; of `data` only
//! `data.options` is read; nothing is replaced by `with`.

use std::collections::BTreeSet;

use regorus::Value;
use regorus::unstable::{ArithOp, Expr, Literal, Module, Query, Ref, Rule, RuleHead, Span};

use crate::pack::bounded;

/// The built-in functions of `regorus` that a pack may call, besides those of [`bounded`].
pub const BUILT_IN: [&str; 23] = [
    "abs",
    "all",
    "any",
    "ceil",
    "contains",
    "count",
    "endswith",
    "floor",
    "indexof",
    "is_array",
    "is_boolean",
    "is_null",
    "is_number",
    "is_object",
    "is_set",
    "is_string",
    "max",
    "min",
    "object.get",
    "round",
    "startswith",
    "sum",
    "type_name",
];

/// How deep a rule may nest in its syntax tree.
pub const RULE_DEPTH_MAX: usize = 64;

/// Why a product is refused.
const PRODUCTS: &str = "a pack may not multiply: numbers would grow without bound";

/// Why a set is not made of two by an operator.
const SETS: &str = "a pack may not use `|`, `&`, or `-` but with a number that is written out: they copy whole sets; \
                    write `{x | some x in a; not x in b}`";

/// One definition of a rule or function; a name may have several.
#[derive(Debug)]
pub(crate) struct Definition {
    /// Its name.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) line: u32,
    /// How deep its own syntax nests.
    pub(crate) depth: usize,
    /// The rules and functions that it names, each as often as it is named.
    pub(crate) names: Vec<String>,
}

/// Why a file is refused: the line and a sentence.
pub(crate) type Refusal = (u32, String);

/// The names of the rules and functions of a file.
pub(crate) fn names(module: &Module) -> Result<BTreeSet<String>, Refusal> {
    module.policy.iter().map(|rule| head_name(rule)).collect()
}

/// The definitions of a file; `known` are the rules and functions of the whole pack.
pub(crate) fn definitions(
    module: &Module,
    known: &BTreeSet<String>,
) -> Result<Vec<Definition>, Refusal> {
    if path(&module.package.refr).as_deref() != Some("strata") {
        return refuse(&module.package.span, "its package is not `strata`");
    }
    for import in &module.imports {
        let path = path(&import.refr).unwrap_or_default();
        let is_syntax =
            path == "rego.v1" || path == "future.keywords" || path.starts_with("future.keywords.");
        if !is_syntax || import.r#as.is_some() {
            return refuse(&import.span, "a pack imports nothing but `rego.v1`");
        }
    }
    let define = |rule: &Ref<Rule>| {
        let mut walk = Walk {
            known,
            names: Vec::new(),
            depth: 0,
            deepest: 0,
        };
        walk.rule(rule)?;
        Ok(Definition {
            name: head_name(rule)?,
            line: rule.span().line,
            depth: walk.deepest,
            names: walk.names,
        })
    };
    module.policy.iter().map(define).collect()
}

fn head_name(rule: &Rule) -> Result<String, Refusal> {
    let head = match rule {
        Rule::Default { refr, .. } => refr,
        Rule::Spec { head, .. } => match head {
            RuleHead::Compr { refr, .. }
            | RuleHead::Set { refr, .. }
            | RuleHead::Func { refr, .. } => refr,
        },
    };
    let first = match head.as_ref() {
        Expr::RefBrack { refr, .. } => refr,
        _ => head,
    };
    match first.as_ref() {
        Expr::Var { value, .. } => Ok(text(value)),
        _ => refuse(rule.span(), "the name of a rule is one word"),
    }
}

fn text(value: &Value) -> String {
    value
        .as_string()
        .map(|text| text.to_string())
        .unwrap_or_default()
}

/// `a.b.c` of a chain of names.
fn path(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Var { value, .. } => Some(text(value)),
        Expr::RefDot { refr, field, .. } => Some(format!("{}.{}", path(refr)?, text(&field.1))),
        _ => None,
    }
}

fn is_number(expr: &Expr) -> bool {
    matches!(expr, Expr::Number { .. })
}

fn refuse<T>(span: &Span, why: impl Into<String>) -> Result<T, Refusal> {
    Err((span.line, why.into()))
}

struct Walk<'a> {
    known: &'a BTreeSet<String>,
    names: Vec<String>,
    depth: usize,
    deepest: usize,
}

impl Walk<'_> {
    fn rule(&mut self, rule: &Rule) -> Result<(), Refusal> {
        match rule {
            Rule::Default { args, value, .. } => {
                self.all(args)?;
                self.expr(value)
            }
            Rule::Spec { head, bodies, .. } => {
                self.head(head)?;
                bodies.iter().try_for_each(|body| {
                    body.assign
                        .iter()
                        .try_for_each(|assign| self.expr(&assign.value))?;
                    self.query(&body.query)
                })
            }
        }
    }

    fn head(&mut self, head: &RuleHead) -> Result<(), Refusal> {
        let (refr, assign) = match head {
            RuleHead::Compr { refr, assign, .. } => (refr, assign),
            RuleHead::Set { refr, key, .. } => {
                key.iter().try_for_each(|key| self.expr(key))?;
                (refr, &None)
            }
            RuleHead::Func {
                refr, args, assign, ..
            } => {
                self.all(args)?;
                (refr, assign)
            }
        };
        if let Expr::RefBrack { index, .. } = refr.as_ref() {
            self.expr(index)?;
        }
        assign
            .iter()
            .try_for_each(|assign| self.expr(&assign.value))
    }

    fn query(&mut self, query: &Query) -> Result<(), Refusal> {
        query.stmts.iter().try_for_each(|statement| {
            if !statement.with_mods.is_empty() {
                return refuse(&statement.span, "a pack may not use `with`");
            }
            match &statement.literal {
                Literal::SomeVars { .. } => Ok(()),
                Literal::SomeIn {
                    key,
                    value,
                    collection,
                    ..
                } => {
                    key.iter().try_for_each(|key| self.expr(key))?;
                    self.expr(value)?;
                    self.expr(collection)
                }
                Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => self.expr(expr),
                Literal::Every { domain, query, .. } => {
                    self.expr(domain)?;
                    self.deeper(&statement.span, |walk| walk.query(query))
                }
            }
        })
    }

    fn all(&mut self, list: &[Ref<Expr>]) -> Result<(), Refusal> {
        list.iter().try_for_each(|item| self.expr(item))
    }

    fn deeper(
        &mut self,
        span: &Span,
        walk: impl FnOnce(&mut Self) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        if self.depth > RULE_DEPTH_MAX {
            return refuse(
                span,
                format!("it nests deeper than {RULE_DEPTH_MAX}; divide it"),
            );
        }
        walk(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn expr(&mut self, expr: &Expr) -> Result<(), Refusal> {
        self.deeper(expr.span(), |walk| walk.inside(expr))
    }

    fn inside(&mut self, expr: &Expr) -> Result<(), Refusal> {
        match expr {
            Expr::Var { value, span, .. } => self.variable(span, text(value)),
            Expr::Array { items, .. } | Expr::Set { items, .. } => self.all(items),
            Expr::Object { fields, .. } => fields.iter().try_for_each(|(_, key, value)| {
                self.expr(key)?;
                self.expr(value)
            }),
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                self.expr(term)?;
                self.query(query)
            }
            Expr::ObjectCompr {
                key, value, query, ..
            } => {
                self.expr(key)?;
                self.expr(value)?;
                self.query(query)
            }
            Expr::Call {
                span, fcn, params, ..
            } => {
                self.call(span, fcn)?;
                self.all(params)
            }
            Expr::UnaryExpr { expr, .. } => self.expr(expr),
            Expr::RefDot { refr, field, .. } => match path(refr).as_deref() {
                Some("data") if text(&field.1) == "options" => Ok(()),
                _ => self.expr(refr),
            },
            Expr::RefBrack { refr, index, .. } => {
                self.expr(refr)?;
                self.expr(index)
            }
            Expr::ArithExpr {
                op: ArithOp::Mul,
                span,
                ..
            } => refuse(span, PRODUCTS),
            Expr::BinExpr { span, .. } => refuse(span, SETS),
            Expr::ArithExpr {
                op: ArithOp::Sub,
                span,
                lhs,
                rhs,
                ..
            } if !is_number(lhs) && !is_number(rhs) => refuse(span, SETS),
            Expr::BoolExpr { lhs, rhs, .. }
            | Expr::ArithExpr { lhs, rhs, .. }
            | Expr::AssignExpr { lhs, rhs, .. } => {
                self.expr(lhs)?;
                self.expr(rhs)
            }
            Expr::Membership {
                key,
                value,
                collection,
                ..
            } => {
                key.iter().try_for_each(|key| self.expr(key))?;
                self.expr(value)?;
                self.expr(collection)
            }
            Expr::String { .. }
            | Expr::RawString { .. }
            | Expr::Number { .. }
            | Expr::Bool { .. }
            | Expr::Null { .. } => Ok(()),
        }
    }

    fn variable(&mut self, span: &Span, name: String) -> Result<(), Refusal> {
        if name == "data" {
            return refuse(span, "of `data` a pack may read `data.options` alone");
        }
        if self.known.contains(&name) {
            self.names.push(name);
        }
        Ok(())
    }

    fn call(&mut self, span: &Span, function: &Expr) -> Result<(), Refusal> {
        let Some(name) = path(function) else {
            return refuse(span, "it calls what is not a name");
        };
        if self.known.contains(&name) {
            self.names.push(name);
            return Ok(());
        }
        if BUILT_IN.contains(&name.as_str()) || bounded::is_one(&name) {
            return Ok(());
        }
        refuse(
            span,
            format!(
                "`{}` is neither a function of the pack nor one that a pack may call",
                model::name::display(&name)
            ),
        )
    }
}
