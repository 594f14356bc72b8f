//! The server of Egard: actix wiring, middleware, configuration and subcommands. No use-case logic.

mod analyze;
pub mod assemble;
pub mod cli;

pub mod config;
pub mod embedded;
pub mod http;
pub mod logs;
