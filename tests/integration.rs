//! One test binary, a module a feature, so that everything links once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

mod acceptance;
mod harness;
