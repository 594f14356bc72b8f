//! The only crate of Egard that knows SQL: connections, schema, migrations and one repository a table.
//!
//! Repositories take `&mut DbConn`, do one thing and open no transaction; `services` opens it.
//! There are no business rules and no authorisation here.

pub mod backup;
pub mod conn;
pub mod db;
pub mod error;
pub mod migrate;
pub mod repo;
pub mod schema;
