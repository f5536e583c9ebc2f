//! The architecture, kept by a machine: the "never" list of `design.md`, read from manifests and sources.
//!
//! It compiles nothing of ours and runs nothing of ours. `tree.rs` lists the files, `source.rs` and
//! `manifest.rs` read them, every other file holds rules. Each rule is a test whose name is a sentence;
//! its error names the rule's reason, the file and the line.
//!
//! Invariant: a rule has a test of its own on a made-up source, or is a comparison of two lists.

mod dialects;
mod face;
mod imports;
mod manifest;
mod names;
mod purity;
mod size;
mod source;
mod sql;
mod text;
mod tree;
mod violations;
