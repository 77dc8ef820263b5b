//! Files on their way into an incident.

pub mod pages;
