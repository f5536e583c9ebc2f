//! One file a command: its arguments and what it does. Resolve, check, act, report, in that order.

pub mod actor;
pub mod apply;
pub mod audit;
pub mod compile_component;
pub mod completions;
pub mod compliance;
pub mod compliance_page;
pub mod config;
pub mod context;
pub mod doctor;
pub mod error_codes;
pub mod explain;
pub mod history;
pub mod init;
pub mod pack;
pub mod plan;
pub mod plugin;
pub mod resume;
pub mod server;
pub mod tenant;
pub mod verify;
