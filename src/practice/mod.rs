//! The clock of a practice server, moved on from any page.

pub mod pages;
