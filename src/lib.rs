//! Zhihui: the written emergency plan, made to run.

pub mod clock;
pub mod config;
pub mod db;
pub mod lang;
pub mod person;
pub mod postgres;
pub mod refusal;
