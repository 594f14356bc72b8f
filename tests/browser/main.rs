//! Tests in a real browser, and of the real executable killed in the middle of its work.
//!
//! One program for all of them, apart from the tests over HTTP: these are slow and need more around them.

mod crash;
mod flows;
mod live_form;
mod pages;
