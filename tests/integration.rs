//! Every test that needs the server or the database, in one binary: one link, and one cluster shared by all.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod acceptance;
mod access;
mod boards;
mod calendar;
mod casefile;
mod circular;
mod commands;
mod directive;
mod figures;
mod harness;
mod hostile;
mod kept;
mod layering;
mod notified;
mod people;
mod plan;
mod postgres;
mod report;
mod resource;
mod review;
mod revision;
mod scheme;
mod service;
mod settings;
mod survival;
