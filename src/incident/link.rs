//! Cause and consequence: the parent shows its children and waits for them (2.1.2-sec-2).

pub mod store;

use super::Incident;

/// Which of two incidents is the parent. The wish of whoever links them stands; without one, several vehicles are the
/// parent of the single breakdowns, and otherwise the cause is what was reported first.
pub fn is_parent(one: &Incident, other: &Incident, wish: Option<bool>) -> bool {
    const GATHERS: &str = "veh.multiple_breakdown";
    match wish {
        Some(parent) => parent,
        None if (one.sub_kind == GATHERS) != (other.sub_kind == GATHERS) => one.sub_kind == GATHERS,
        None => (one.reported_at, &one.number) <= (other.reported_at, &other.number),
    }
}
