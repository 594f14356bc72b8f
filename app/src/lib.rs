//! Pages, forms and islands of Egard.
//!
//! With the feature `ssr` this is everything the server draws; with `hydrate` it is the islands alone, compiled to
//! WebAssembly. No SQL and no scoring here: pages ask `services`.

pub mod actions;
pub mod islands;

#[cfg(feature = "ssr")]
pub mod assets;
#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod fault;
#[cfg(feature = "ssr")]
mod media;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod render;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod signed_in;
#[cfg(feature = "ssr")]
pub mod texts;
