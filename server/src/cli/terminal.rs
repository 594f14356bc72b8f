//! Writing to the terminal, whole texts at a time.

use std::io::{ErrorKind, Write};

use super::CliError;

/// Writes a text to standard output. A reader who stops early, such as `head`, has read enough: that is the end
/// of the text and no failure.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    print_to(&mut std::io::stdout().lock(), text)
}

fn print_to(out: &mut impl Write, text: &str) -> Result<(), CliError> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CliError(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Closed(ErrorKind);

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_the_end_and_a_full_disk_a_failure() {
        assert!(print_to(&mut Closed(ErrorKind::BrokenPipe), "text").is_ok());
        assert!(print_to(&mut Closed(ErrorKind::StorageFull), "text").is_err());
    }
}
