//! A clause, and what touched it.

pub mod pages;
pub mod store;
