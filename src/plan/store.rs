//! The plan's SQL: editions as they were published.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::{CLAUSES_SOURCE, Edition, Fault, MATRIX_SOURCE};
use crate::lang::Text;

/// Why editions could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum EditionError {
    #[error("edition {code} of the plan is refused:\n{}", lines(.faults))]
    Faulty { code: String, faults: Vec<Fault> },
    #[error("edition {code} of the plan would take effect on the same day as another")]
    DayTaken { code: String },
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What storing the edition of this build came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltIn {
    Stored,
    AlreadyStored,
    /// Stored before with other words, which stay: published text is frozen.
    StoredOtherwise,
}

/// Stores the edition this build carries, unless one of its code is there. Replicas may do so at the same moment.
///
/// # Errors
/// The faults of the two files, another edition that takes effect on the same day, or the database's error.
pub async fn load_built_in(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<BuiltIn, EditionError> {
    let edition =
        Edition::built_in().map_err(|faults| EditionError::Faulty { code: "(built in)".to_owned(), faults })?;
    let stored = sqlx::query!(
        "insert into edition (code, effective_from, trial, title, clauses_source, matrix_source, loaded_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict do nothing",
        edition.code,
        edition.effective_from,
        edition.trial,
        Json(&edition.title) as _,
        CLAUSES_SOURCE,
        MATRIX_SOURCE,
        now
    )
    .execute(&mut *conn)
    .await?;
    if stored.rows_affected() == 1 {
        return Ok(BuiltIn::Stored);
    }
    let same = sqlx::query_scalar!(
        r#"select clauses_source = $2 and matrix_source = $3 as "same!" from edition where code = $1"#,
        edition.code,
        CLAUSES_SOURCE,
        MATRIX_SOURCE
    )
    .fetch_optional(conn)
    .await?;
    match same {
        Some(true) => Ok(BuiltIn::AlreadyStored),
        Some(false) => Ok(BuiltIn::StoredOtherwise),
        None => Err(EditionError::DayTaken { code: edition.code }),
    }
}

/// Every stored edition, read and checked anew, in order of effect. Takes some milliseconds an edition: do it at
/// start and hold the result in [`super::Editions`].
///
/// # Errors
/// The faults of the first edition that this build can't read, or the database's error.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<Edition>, EditionError> {
    let rows = sqlx::query!("select code, clauses_source, matrix_source from edition order by effective_from")
        .fetch_all(conn)
        .await?;
    rows.into_iter()
        .map(|row| {
            Edition::from_toml(&row.clauses_source, &row.matrix_source)
                .map_err(|faults| EditionError::Faulty { code: row.code, faults })
        })
        .collect()
}

/// The two files of a stored edition: clauses and matrix.
pub async fn sources(conn: &mut PgConnection, code: &str) -> sqlx::Result<Option<(String, String)>> {
    let row = sqlx::query!("select clauses_source, matrix_source from edition where code = $1", code)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|r| (r.clauses_source, r.matrix_source)))
}

/// Publishes an edition that was approved, and tells every replica. `false`: its code or its day is taken.
pub async fn publish(
    conn: &mut PgConnection,
    edition: &Edition,
    clauses: &str,
    matrix: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let stored = sqlx::query!(
        "insert into edition
            (code, effective_from, trial, title, clauses_source, matrix_source, approved_at, loaded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict do nothing",
        edition.code,
        edition.effective_from,
        edition.trial,
        Json(&edition.title) as _,
        clauses,
        matrix,
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("select pg_notify('zhihui', 'editions')").execute(conn).await?;
    Ok(stored.rows_affected() == 1)
}

/// One line of the list of editions.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    pub code: String,
    pub title: Text,
    pub effective_from: NaiveDate,
    pub trial: bool,
    /// `None`: approved before the system existed.
    pub approved_at: Option<DateTime<Utc>>,
    pub loaded_at: DateTime<Utc>,
}

/// The list of editions, the latest first.
pub async fn published(conn: &mut PgConnection) -> sqlx::Result<Vec<Published>> {
    let rows = sqlx::query!(
        r#"select code, title as "title: Json<Text>", effective_from, trial, approved_at, loaded_at
           from edition order by effective_from desc"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Published {
            code: row.code,
            title: row.title.0,
            effective_from: row.effective_from,
            trial: row.trial,
            approved_at: row.approved_at,
            loaded_at: row.loaded_at,
        })
        .collect())
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}
