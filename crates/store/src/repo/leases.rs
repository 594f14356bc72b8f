//! Leases: which process may run a job until when. Two servers on one database never run the same job at once.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::leases;

/// Takes or renews the lease of a job; returns whether `holder` has it until `until`.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn take(
    conn: &mut DbConn,
    name: &str,
    holder: &str,
    now: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<bool, StoreError> {
    let free = leases::holder.eq(holder).or(leases::until.le(now));
    let taken = diesel::update(leases::table.find(name).filter(free))
        .set((leases::holder.eq(holder), leases::until.eq(until)))
        .execute(conn)?;
    if taken == 1 {
        return Ok(true);
    }
    let row = (leases::name.eq(name), leases::holder.eq(holder), leases::until.eq(until));
    let inserted = match conn {
        DbConn::Postgres(inner) => {
            diesel::insert_into(leases::table).values(row).on_conflict_do_nothing().execute(inner)?
        }
        DbConn::Sqlite(inner) => {
            diesel::insert_into(leases::table).values(row).on_conflict_do_nothing().execute(inner)?
        }
    };
    Ok(inserted == 1)
}

/// Gives a lease back, when `holder` still has it.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn release(conn: &mut DbConn, name: &str, holder: &str, now: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(leases::table.find(name).filter(leases::holder.eq(holder)))
        .set(leases::until.eq(now))
        .execute(conn)?;
    Ok(())
}
