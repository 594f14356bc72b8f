//! Tests over HTTP, each on SQLite and on PostgreSQL, and tests of the schema.
//!
//! One program for all of them: linking the product takes longer than running the tests. An area adds its file here.

mod health;
