//! The one error of everything above the pure core: a refusal the user reads, or a fault only the log reads.

use crate::db;
use crate::refusal::Refused;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("refused: {}", .0.code())]
    Refused(Box<Refused>),
    /// Several fields of one report, refused together; never empty.
    #[error("refused: {} faults", .0.len())]
    Faults(Vec<Refused>),
    #[error(transparent)]
    Internal(anyhow::Error),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The refusal, if it is one; the first of several.
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Error::Refused(refused) => Some(refused),
            Error::Faults(faults) => faults.first(),
            Error::Internal(_) => None,
        }
    }

    /// Everything that was refused, for the page it was typed on.
    ///
    /// # Errors
    /// A fault of ours, which goes on up.
    pub fn faults(self) -> Result<Vec<Refused>> {
        self.faults_unless(|_| false)
    }

    /// Like `faults`, but what leaves no page to be shown on goes on up as well.
    ///
    /// # Errors
    /// A fault of ours, or a refusal that `closed` names.
    pub fn faults_unless(self, closed: fn(&Refused) -> bool) -> Result<Vec<Refused>> {
        match self {
            Error::Refused(refused) if !closed(&refused) => Ok(vec![*refused]),
            Error::Faults(faults) => Ok(faults),
            error => Err(error),
        }
    }

    /// Whether it is no fault of anyone's but the database's, which may do later what it can't do now.
    pub fn is_away(&self) -> bool {
        matches!(self, Error::Internal(error) if db::is_away(error))
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
    }
}

impl From<db::Away> for Error {
    fn from(away: db::Away) -> Error {
        Error::Internal(away.into())
    }
}
