//! The jobs that run inside the server: each under a lease in the database, so that two servers on one database never
//! do the same work at once. A job that fails is logged here and stops none of the others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration as RealDuration, Instant};

use chrono::{Duration, NaiveDateTime};
use store::repo::leases;

use crate::error::ServiceError;
use crate::ids::public_uuid;
use crate::state::Services;
use crate::{expire_attempts, mail_delivery, ranking_versions, retention};

/// How long a lease is good for without being renewed.
const LEASE_TIME: Duration = Duration::seconds(30);
/// Attempts expired in one run.
const MOST_EXPIRIES: i64 = 500;

/// What one job did in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobOutcome {
    /// Its name.
    pub name: &'static str,
    /// What became of it.
    pub result: JobResult,
    /// How long it took.
    pub took: RealDuration,
}

/// What became of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobResult {
    /// There was nothing to do.
    Idle,
    /// It did so many things (mails, attempts, people, …).
    Done(u64),
    /// Another server is doing it.
    Elsewhere,
    /// It failed; the log says why, and the next run tries again.
    Failed,
}

/// What one run of all jobs did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobReport {
    /// The jobs in the order they ran.
    pub jobs: Vec<JobOutcome>,
}

impl JobReport {
    /// What became of a job.
    #[must_use]
    pub fn result(&self, name: &str) -> Option<JobResult> {
        self.jobs.iter().find(|job| job.name == name).map(|job| job.result)
    }

    /// Whether any job failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.jobs.iter().any(|job| job.result == JobResult::Failed)
    }
}

/// One job: a cheap read that says whether there is work, so that an idle server writes nothing, and the work.
struct Job {
    name: &'static str,
    has_work: fn(&Services) -> Result<bool, ServiceError>,
    work: fn(&Services, &mut Lease<'_>) -> Result<u64, ServiceError>,
}

const JOBS: [Job; 5] = [
    Job { name: "mail", has_work: mail_delivery::has_due, work: mail_delivery::deliver },
    Job { name: "expiry", has_work: has_expiries, work: expire },
    Job { name: "ranking", has_work: ranking_versions::has_work, work: rank },
    Job { name: "retention", has_work: retention::has_due_people, work: retention::erase_due_people },
    Job { name: "addresses", has_work: retention::has_old_addresses, work: retention::delete_old_addresses },
];

/// Runs each job once, if it has work. To be called every second or so, on a blocking thread.
#[must_use]
pub fn run_due(services: &Services) -> JobReport {
    let jobs = JOBS
        .iter()
        .map(|job| {
            let began = Instant::now();
            let result = catch_unwind(AssertUnwindSafe(|| run(services, job))).unwrap_or_else(|_| {
                tracing::error!(job.name, "a job panicked");
                JobResult::Failed
            });
            JobOutcome { name: job.name, result, took: began.elapsed() }
        })
        .collect();
    JobReport { jobs }
}

fn run(services: &Services, job: &Job) -> JobResult {
    match try_run(services, job) {
        Ok(result) => result,
        Err(error) => {
            let cause = std::error::Error::source(&error).map_or_else(String::new, ToString::to_string);
            tracing::error!(job.name, %error, %cause, "a job failed");
            JobResult::Failed
        }
    }
}

fn try_run(services: &Services, job: &Job) -> Result<JobResult, ServiceError> {
    if !(job.has_work)(services)? {
        return Ok(JobResult::Idle);
    }
    let Some(mut lease) = Lease::take(services, job.name)? else { return Ok(JobResult::Elsewhere) };
    let done = (job.work)(services, &mut lease);
    // Given back after a failure too; after a panic it runs out by itself.
    let released = lease.release();
    let done = done?;
    released?;
    Ok(JobResult::Done(done))
}

fn has_expiries(services: &Services) -> Result<bool, ServiceError> {
    let now = services.now();
    services.read(|conn| Ok(!store::repo::attempts::due_for_expiry(conn, now, 1)?.is_empty()))
}

fn expire(services: &Services, _: &mut Lease<'_>) -> Result<u64, ServiceError> {
    let expired = expire_attempts::expire_attempts(services, MOST_EXPIRIES)?;
    Ok(u64::try_from(expired).unwrap_or(u64::MAX))
}

fn rank(services: &Services, _: &mut Lease<'_>) -> Result<u64, ServiceError> {
    let report = ranking_versions::ranking_job(services)?;
    if report.failed > 0 {
        return Err(ServiceError::broken(format!("{} ranking(s) could not follow", report.failed)));
    }
    Ok(u64::try_from(report.versions).unwrap_or(u64::MAX))
}

/// The right to run a job, until it runs out.
pub(crate) struct Lease<'a> {
    services: &'a Services,
    name: &'static str,
    holder: String,
    until: NaiveDateTime,
}

impl<'a> Lease<'a> {
    /// Takes the lease of a job; nothing when somebody else has it.
    pub(crate) fn take(services: &'a Services, name: &'static str) -> Result<Option<Self>, ServiceError> {
        let holder = public_uuid(services.random()).to_string();
        let mut lease = Self { services, name, holder, until: services.now() };
        Ok(lease.renew()?.then_some(lease))
    }

    fn renew(&mut self) -> Result<bool, ServiceError> {
        let now = self.services.now();
        let until = now + LEASE_TIME;
        let is_held =
            self.services.write(|tx| Ok(leases::take(tx.conn, self.name, &self.holder, now, until)?))?;
        self.until = until;
        Ok(is_held)
    }

    /// Whether the job may go on: to be asked before each piece of work that must not be done twice. Renews the lease
    /// when half of it is over.
    pub(crate) fn is_held(&mut self) -> Result<bool, ServiceError> {
        if self.services.now() + LEASE_TIME / 2 < self.until { Ok(true) } else { self.renew() }
    }

    fn release(self) -> Result<(), ServiceError> {
        let now = self.services.now();
        self.services.write(|tx| Ok(leases::release(tx.conn, self.name, &self.holder, now)?))
    }
}
