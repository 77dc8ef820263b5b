//! One directive on its page, and what may be done to it there.

pub mod pages;
