//! What every request passes through, in this order: log, headers, compression, fault pages, origin check.

pub mod headers;
pub mod origin;
pub mod request;

use std::net::IpAddr;

/// What the server believes of the network around it.
#[derive(Clone, Debug, Default)]
pub struct NetworkSettings {
    /// Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Origins that may send forms besides the one the request was sent to (the public URL behind a proxy).
    pub public_origin: Option<String>,
    /// Whether the instance is reached over HTTPS (then HSTS is sent).
    pub https: bool,
}
