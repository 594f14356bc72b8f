//! Everything that the product logs in this process, so that a test can look for what must not be there.

use std::io::Write;
use std::sync::{Mutex, Once, PoisonError};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

static CAPTURED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Begins to keep the log: our own crates down to the last detail, others from `info` on.
pub fn capture() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let ours = "egard=trace,egard_app=trace,egard_server=trace,services=trace,store=trace,domain=trace";
        tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(format!("info,{ours}")))
            .with_ansi(false)
            .with_writer(Keeper)
            .init();
    });
}

/// The log of this process so far.
pub fn captured() -> String {
    String::from_utf8_lossy(&CAPTURED.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

struct Keeper;

impl<'a> MakeWriter<'a> for Keeper {
    type Writer = Self;

    fn make_writer(&'a self) -> Self::Writer {
        Self
    }
}

impl Write for Keeper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        CAPTURED.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
