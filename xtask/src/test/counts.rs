//! How many tests passed, failed and were skipped, read from the lines that cargo's test programs end with.

use std::fmt;

/// Sums over all test programs.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Counts {
    /// Adds what a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; …` says; other lines say nothing.
    pub(super) fn read(&mut self, line: &str) {
        let Some((_, numbers)) =
            line.strip_prefix("test result: ").and_then(|result| result.split_once(". "))
        else {
            return;
        };
        for part in numbers.split(';') {
            let mut words = part.split_whitespace();
            let (Some(number), Some(what)) = (words.next().and_then(|word| word.parse().ok()), words.next())
            else {
                continue;
            };
            match what {
                "passed" => self.passed = self.passed.saturating_add(number),
                "failed" => self.failed = self.failed.saturating_add(number),
                "ignored" => self.skipped = self.skipped.saturating_add(number),
                _ => {}
            }
        }
    }

    /// Makes the count show a failure that no test program has counted.
    pub(super) fn note_failed_stage(&mut self) {
        self.failed = self.failed.max(1);
    }

    pub(super) fn total(&self) -> u64 {
        self.passed.saturating_add(self.failed).saturating_add(self.skipped)
    }

    /// Whether nothing failed and nothing was skipped.
    pub(super) fn is_success(&self) -> bool {
        self.failed == 0 && self.skipped == 0
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_add_up() {
        let mut counts = Counts::default();

        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.01s",
            "test other ... ok",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
            "    test result: ok. 7 passed; 0 failed",
        ] {
            counts.read(line);
        }

        assert_eq!(counts.to_string(), "13 passed, 2 failed");
        assert!(!counts.is_success());
    }

    #[test]
    fn a_skipped_test_is_shown_and_is_no_success() {
        let mut counts = Counts::default();

        counts.read("test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out");

        assert_eq!(counts.to_string(), "1 passed, 0 failed, 1 skipped");
        assert!(!counts.is_success());
    }

    #[test]
    fn a_failed_stage_shows_in_the_count_once() {
        let mut counts = Counts::default();

        counts.note_failed_stage();
        counts.note_failed_stage();

        assert_eq!(counts.to_string(), "0 passed, 1 failed");
    }
}
