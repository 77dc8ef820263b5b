//! A new directive, as it is written.

pub mod pages;
