//! The demo city Lanchuan: who works there, and what has happened when one first looks in.

pub mod guide;
pub mod people;
pub mod store;
pub mod story;

/// The password of its people when ZHIHUI_DEMO_PASSWORD says nothing else. Known to everyone: for one's own machine.
pub const PASSWORD: &str = "lanchuan-demo";
