//! Reporting: which kind it is, what the short form asks, what was typed in it, and what it would set going.

pub mod ask;
pub mod choose;
pub mod figures;
pub mod form;
pub mod pages;
pub mod panel;
pub mod receipt;
