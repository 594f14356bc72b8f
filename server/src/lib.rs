//! The server of Egard: actix wiring, middleware, configuration and subcommands. No use-case logic.

pub mod http;
