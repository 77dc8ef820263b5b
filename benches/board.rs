//! How fast the situation board is.
mod support;
fn main() {}
