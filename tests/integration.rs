//! Every test that needs the server or the database, in one binary: one link, and one cluster shared by all.

mod acceptance;
mod harness;
mod postgres;
