//! Zhihui: the written emergency plan, made to run.

pub mod audit;
pub mod calendar;
pub mod clock;
pub mod conduct;
pub mod config;
pub mod db;
pub mod error;
pub mod escalation;
pub mod incident;
pub mod intake;
pub mod journal;
pub mod l10n;
pub mod lang;
pub mod notice;
pub mod person;
pub mod plan;
pub mod postgres;
pub mod refusal;
pub mod report;
pub mod response;
pub mod routing;
pub mod state;
pub mod task;
pub mod web;
pub mod worker;
