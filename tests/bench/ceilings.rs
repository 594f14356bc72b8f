//! What the machine can do at best, measured in the same run: flushes of a file, commits through the store crate.

use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

use acceptance::folder::Folder;
use domain::language::Language;
use services::error::ServiceError;
use store::repo::response_events::{self, ResponseEventRow};

use crate::Outcome;
use crate::figures::per_second;
use crate::prepare::Stage;

/// Answers that share a transaction in the grouped ceiling.
pub(crate) const GROUP: usize = 64;

/// Commits of answers by one thread, nothing else going on.
pub(crate) struct Commits {
    /// One answer a transaction: answers a second.
    pub(crate) single: f64,
    /// 64 answers a transaction: answers a second.
    pub(crate) grouped: f64,
}

/// Measures both on an attempt made for it.
pub(crate) fn commits(stage: &Stage, seconds: u32) -> Outcome<Commits> {
    let people = stage.candidates(1, true)?;
    let attempt =
        people.waiting.first().and_then(|person| person.sitting.as_ref()).ok_or("nobody has begun")?;
    let mut sequence = 0;
    let mut rate = |together: usize| -> Outcome<f64> {
        let began = Instant::now();
        let mut stored = 0;
        while began.elapsed() < Duration::from_secs(u64::from(seconds)) {
            let rows: Vec<ResponseEventRow> = (0..together)
                .map(|_| {
                    sequence += 1;
                    ResponseEventRow {
                        attempt_id: attempt.row.clone(),
                        item: sequence % 60,
                        epoch: 1,
                        sequence,
                        value: 1,
                        language: Language::Fr.code().to_owned(),
                        at: stage.services.now(),
                        text: None,
                    }
                })
                .collect();
            stage
                .services
                .db()
                .write(|conn| Ok::<_, ServiceError>(response_events::insert_many(conn, &rows)?))?;
            stored += together;
        }
        Ok(per_second(stored, began.elapsed()))
    };
    Ok(Commits { single: rate(1)?, grouped: rate(GROUP)? })
}

/// Times a second that 4 KiB appended to a file reach the disk.
pub(crate) fn flushes_per_second(seconds: u32) -> Outcome<f64> {
    let folder = Folder::new("flush");
    let mut file = File::create(folder.path().join("file"))?;
    let (began, mut flushes) = (Instant::now(), 0);
    while began.elapsed() < Duration::from_secs(u64::from(seconds)) {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        flushes += 1;
    }
    Ok(per_second(flushes, began.elapsed()))
}
