//! Zhihui: the written emergency plan, made to run.

pub mod calendar;
pub mod clock;
pub mod lang;
pub mod person;
pub mod plan;
pub mod refusal;
