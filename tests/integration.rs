//! Every test that needs the server or the database, in one binary: one link, and one cluster shared by all.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod acceptance;
mod commands;
mod access;
mod boards;
mod casefile;
mod harness;
mod look;
mod people;
mod postgres;
mod report;
