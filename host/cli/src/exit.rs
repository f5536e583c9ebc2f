//! What a failure means to a shell.

use std::process::ExitCode;

use model::Class;

/// Every class, in order of its exit code.
pub const ALL: [Class; 9] = [
    Class::Bug,
    Class::Usage,
    Class::Input,
    Class::Rule,
    Class::Conflict,
    Class::Unreachable,
    Class::Undone,
    Class::Incomplete,
    Class::Findings,
];

/// The exit code of a class of failures. Part of the public contract.
pub fn code(class: Class) -> u8 {
    match class {
        Class::Bug => 1,
        Class::Usage => 2,
        Class::Input => 3,
        Class::Rule => 4,
        Class::Conflict => 5,
        Class::Unreachable => 6,
        Class::Undone => 7,
        Class::Incomplete => 8,
        Class::Findings => 10,
    }
}

/// The process's exit code of a class.
pub fn exit(class: Class) -> ExitCode {
    ExitCode::from(code(class))
}

/// What an exit code means, for the page of codes.
pub fn meaning(class: Class) -> &'static str {
    match class {
        Class::Bug => "a bug in Strata",
        Class::Usage => "called in a way that cannot be understood",
        Class::Input => "refused input, or not found",
        Class::Rule => "refused by a rule or a missing approval",
        Class::Conflict => "a conflict, a moved base, or locked",
        Class::Unreachable => "a database or the disk cannot be reached",
        Class::Undone => "failed, and everything was undone",
        Class::Incomplete => "incomplete: resume",
        Class::Findings => "drift or findings",
    }
}
