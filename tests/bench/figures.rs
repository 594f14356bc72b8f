//! Numbers: durations in order, and what /proc says of a process.

use std::time::Duration;

use crate::Outcome;

/// Durations from the shortest to the longest.
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(crate) fn of(durations: impl Iterator<Item = Duration>) -> Self {
        let mut sorted: Vec<Duration> = durations.collect();
        sorted.sort_unstable();
        Self(sorted)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The duration, ms, below which so many in 100 lie (nearest rank); 0 when there is none.
    pub(crate) fn percentile_ms(&self, in_100: usize) -> f64 {
        let rank = (self.0.len() * in_100).div_ceil(100).saturating_sub(1);
        self.0.get(rank).map_or(0.0, |duration| duration.as_secs_f64() * 1_000.0)
    }
}

/// A count as a real number; counts of a bench stay far below 2^32.
pub(crate) fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

/// So many of something in a time, per second.
pub(crate) fn per_second(count: usize, elapsed: Duration) -> f64 {
    if elapsed.is_zero() { 0.0 } else { real(count) / elapsed.as_secs_f64() }
}

/// Processor time of a process, user and system. The kernel counts in hundredths of a second.
pub(crate) fn cpu(process: u32) -> Outcome<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is the program's name in brackets and may hold anything; utime and stime are 14th and 15th.
    let after_name = stat.rsplit_once(')').map(|(_, rest)| rest).ok_or("an unreadable /proc/<pid>/stat")?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let mut ticks =
        || fields.next().and_then(|text| text.parse::<u64>().ok()).ok_or("an unreadable /proc/<pid>/stat");
    Ok(Duration::from_millis((ticks()? + ticks()?) * 10))
}

/// Processor time of some processes together; one that has ended counts nothing.
pub(crate) fn cpu_of_all(processes: &[u32]) -> Duration {
    processes.iter().filter_map(|process| cpu(*process).ok()).sum()
}

/// Begins to look for the peak of a process's resident memory anew.
pub(crate) fn forget_peak(process: u32) -> Outcome<()> {
    Ok(std::fs::write(format!("/proc/{process}/clear_refs"), "5")?)
}

/// The most memory that was resident in a process since then, KiB.
pub(crate) fn peak_kib(process: u32) -> Outcome<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let latencies = Latencies::of((1..=200).rev().map(Duration::from_millis));

        assert_eq!(
            [50, 95, 99, 100].map(|in_100| latencies.percentile_ms(in_100)),
            [100.0, 190.0, 198.0, 200.0]
        );
    }

    #[test]
    fn this_process_has_a_peak() {
        assert!(peak_kib(std::process::id()).unwrap() > 1_000);
        assert!(cpu(std::process::id()).is_ok());
    }
}
