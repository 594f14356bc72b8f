//! What every use case works with: the database, the ports, the secrets, and the two ways into a transaction.

use std::sync::Arc;

use chrono::NaiveDateTime;
use store::conn::DbConn;
use store::db::Db;

use crate::audit::{self, Entry};
use crate::clock::Clock;
use crate::error::ServiceError;
use crate::packs::PackCache;
use crate::random::Random;
use crate::ranking::spread::SpreadCache;
use crate::secrets::SecretRing;
use crate::settings::Settings;
use crate::what_if::columns::WeighableCache;

/// The use cases. Cheap to clone; each area adds its methods in a module of its own.
#[derive(Clone)]
pub struct Services {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    secrets: SecretRing,
    settings: Settings,
    packs: PackCache,
    weighable: WeighableCache,
    spreads: SpreadCache,
}

/// A writing transaction: its connection, its time, and what the audit will say of it.
pub struct Tx<'a> {
    /// The connection, for repositories.
    pub conn: &'a mut DbConn,
    /// The time of the transaction, UTC.
    pub now: NaiveDateTime,
    entries: Vec<Entry>,
}

impl Tx<'_> {
    /// Writes something down; it is kept if and only if the transaction is.
    pub fn audit(&mut self, entry: Entry) {
        self.entries.push(entry);
    }
}

impl Services {
    /// The use cases over a migrated database.
    #[must_use]
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        secrets: SecretRing,
        settings: Settings,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                db,
                clock,
                random,
                secrets,
                settings,
                packs: PackCache::default(),
                weighable: WeighableCache::default(),
                spreads: SpreadCache::default(),
            }),
        }
    }

    /// The same use cases at another time: for simulations of the past.
    #[must_use]
    pub(crate) fn with_clock(&self, clock: Arc<dyn Clock>) -> Self {
        let inner = &self.inner;
        Self::new(
            inner.db.clone(),
            clock,
            Arc::clone(&inner.random),
            inner.secrets.clone(),
            inner.settings.clone(),
        )
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// Now, in UTC.
    #[must_use]
    pub fn now(&self) -> NaiveDateTime {
        self.inner.clock.now()
    }

    /// The source of randomness.
    #[must_use]
    pub fn random(&self) -> &dyn Random {
        &*self.inner.random
    }

    /// The instance secrets.
    #[must_use]
    pub fn secrets(&self) -> &SecretRing {
        &self.inner.secrets
    }

    /// Packs parsed already.
    pub(crate) fn pack_cache(&self) -> &PackCache {
        &self.inner.packs
    }

    /// Versions of rankings held in memory for other weights.
    pub(crate) fn weighable_cache(&self) -> &WeighableCache {
        &self.inner.weighable
    }

    /// Spreads of ranking versions held in memory.
    pub(crate) fn spread_cache(&self) -> &SpreadCache {
        &self.inner.spreads
    }

    /// Whether the schema is the one that this program knows.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] when the database does not answer.
    pub fn is_migrated(&self) -> Result<bool, ServiceError> {
        Ok(store::migrate::pending(&self.inner.db)?.is_empty())
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// One reading transaction.
    ///
    /// # Errors
    /// What `work` returns, or that the database is not available.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&mut DbConn) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.inner.db.read(work)
    }

    /// One writing transaction, with the audit rows that `work` asked for appended last.
    ///
    /// # Errors
    /// What `work` returns (then nothing was kept), or that the database is not available.
    pub fn write<T>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let now = self.now();
        self.inner.db.write(|conn| {
            let mut tx = Tx { conn, now, entries: Vec::new() };
            let value = work(&mut tx)?;
            let entries = std::mem::take(&mut tx.entries);
            audit::append(conn, &self.inner.secrets, now, &entries)?;
            Ok(value)
        })
    }
}
