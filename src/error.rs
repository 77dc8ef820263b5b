//! The one error of the write path: a refusal by rule, which a person reads, or a fault, which goes to the log.

use crate::refusal::Refused;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}", .0.code())]
    Refused(Refused),
    /// Several fields of one report were refused together; never empty.
    #[error("{} refusals", .0.len())]
    Faults(Vec<Refused>),
    #[error("{0}")]
    Fault(#[from] anyhow::Error),
}

pub type Result<T> = std::result::Result<T, Error>;

impl From<Refused> for Error {
    fn from(refused: Refused) -> Error {
        Error::Refused(refused)
    }
}

/// A fault of the database; sqlx itself stays in the stores.
impl From<crate::db::Fault> for Error {
    fn from(fault: crate::db::Fault) -> Error {
        Error::Fault(fault.into())
    }
}
