//! Zhihui: the written emergency plan, made to run.

pub mod audit;
pub mod clock;
pub mod error;
pub mod l10n;
pub mod lang;
pub mod person;
pub mod refusal;
pub mod state;
