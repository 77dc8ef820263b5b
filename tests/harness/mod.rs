//! What the tests stand on: a database of their own, and a server to drive.

pub mod database;
pub mod proxy;
pub mod server;
pub mod town;
