<<<<<<< HEAD
//! The one error of the write path: a refusal by rule, which a person reads, or a fault, which goes to the log.
=======
//! The one error of everything above the pure core: a refusal the user reads, or a fault only the log reads.
>>>>>>> people

use crate::refusal::Refused;

#[derive(Debug, thiserror::Error)]
pub enum Error {
<<<<<<< HEAD
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
=======
    #[error("refused: {}", .0.code())]
    Refused(Box<Refused>),
    #[error(transparent)]
    Internal(anyhow::Error),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The refusal, if it is one.
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Error::Refused(refused) => Some(refused),
            Error::Internal(_) => None,
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Error {
        Error::Refused(Box::new(refused))
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Error {
        Error::Internal(error)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        Error::Internal(error.into())
>>>>>>> people
    }
}
