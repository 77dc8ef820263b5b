//! The closed vocabularies of the plan data. A word outside them is refused on load.

use serde::{Deserialize, Serialize};

/// An enum whose variants are written in data, tables and JSON by one fixed code.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The word used in the plan data, tables and JSON.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)+ }
            }

            pub fn from_code(code: &str) -> Option<$name> {
                match code { $($code => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

pub(crate) use vocabulary;

vocabulary! {
    /// Whose statement a record is.
    Basis {
        /// The plan says so.
        Plan = "plan",
        /// The plan implies it but does not say it.
        Inferred = "inferred",
        /// Ours; the plan is silent.
        Proposed = "proposed",
        /// Escalation only: the duty is the plan's, trigger and timing are proposed.
        PlanHook = "plan_hook",
    }
}

impl Basis {
    /// Whether it may be shown as a rule of the plan; anything else carries its mark.
    pub const fn is_plan_rule(self) -> bool {
        matches!(self, Basis::Plan)
    }
}

vocabulary! {
    /// Ordered by rank: departmental < local < major.
    Severity {
        Departmental = "departmental",
        Local = "local",
        Major = "major",
    }
}

vocabulary! {
    /// How far severe weather reaches.
    Scope {
        WholeRegion = "whole_region",
        PartRegion = "part_region",
    }
}

vocabulary! {
    /// What opens a task.
    Trigger {
        Open = "open",
        /// All tasks of `after` that are in the route are done.
        After = "after",
        /// The condition of `when` becomes true.
        Condition = "condition",
        Recovery = "recovery",
        Close = "close",
    }
}

vocabulary! {
    /// How the responsible department instance of a task is found.
    Resolve {
        /// The department as written.
        None = "",
        IncidentRegion = "incident_region",
        VehicleHome = "vehicle_home",
        RegionDelivery = "region_delivery",
        ReporterDepartment = "reporter_department",
        SiteOwner = "site_owner",
        SupplyAuthority = "supply_authority",
    }
}

impl Resolve {
    /// Whether the department follows from the report alone, so that the task names none.
    pub const fn names_no_department(self) -> bool {
        matches!(self, Resolve::ReporterDepartment | Resolve::SiteOwner)
    }
}

vocabulary! {
    /// What makes a task done.
    DoneBy {
        Completion = "completion",
        /// Acknowledging the card counts as the act.
        Acknowledgement = "acknowledgement",
        /// Filing the report is the act.
        Report = "report",
        /// The program performs it.
        System = "system",
    }
}

impl DoneBy {
    pub(super) fn completion() -> DoneBy {
        DoneBy::Completion
    }
}

vocabulary! {
    /// Whom a task tells by name.
    Circle {
        /// Leader, deputy leader and members of the Leading Group.
        LeadingGroup = "leading_group",
        /// The head of each department with a task in the incident or in one linked under it.
        AffectedHeads = "affected_heads",
    }
}

vocabulary! {
    /// How somebody was told.
    Means {
        Telephone = "telephone",
        InPerson = "in_person",
        Message = "message",
    }
}

vocabulary! {
    /// What an escalation step watches for.
    StepEvent {
        NotAcknowledged = "not_acknowledged",
        Overdue = "overdue",
        OverdueAtClose = "overdue_at_close",
        FractionElapsed = "fraction_elapsed",
        BeforeDue = "before_due",
        NotDecided = "not_decided",
        BeforeCutoff = "before_cutoff",
        UndecidedAtCutoff = "undecided_at_cutoff",
        /// Somebody told by name has not seen it.
        NotSeen = "not_seen",
    }
}

vocabulary! {
    /// Whom an escalation step tells.
    Tell {
        /// Whoever holds the task.
        Responsible = "responsible",
        ResponsibleDepartmentHead = "responsible_department_head",
        OfficerInCharge = "officer_in_charge",
        Leader = "leader",
        DutyOfficer = "duty_officer",
        Inspector = "inspector",
        LgOfficeHead = "lg_office_head",
        /// Of a supply request.
        Applicant = "applicant",
        /// Of a directive.
        Issuer = "issuer",
    }
}

vocabulary! {
    DepartmentKind {
        Command = "command",
        /// Exists only while a major incident is open.
        CommandTemporary = "command_temporary",
        Office = "office",
        Centre = "centre",
        Department = "department",
        Regional = "regional",
        Team = "team",
    }
}

vocabulary! {
    /// How a report field is asked for and read.
    FieldType {
        Text = "text",
        LongText = "long_text",
        Number = "number",
        YesNo = "yes_no",
        Date = "date",
        DateTime = "datetime",
        Region = "region",
        Regions = "regions",
        Site = "site",
        Vehicle = "vehicle",
        Links = "links",
        Scope = "scope",
        Choice = "choice",
        /// Free text, one entry a line.
        List = "list",
    }
}

vocabulary! {
    ClauseKind {
        General = "general",
        Command = "command",
        Duty = "duty",
        Definition = "definition",
        Procedure = "procedure",
        Standing = "standing",
        Supplementary = "supplementary",
    }
}

vocabulary! {
    /// How often a standing duty falls due; counted units carry a `value`.
    FrequencyUnit {
        Weeks = "weeks",
        Months = "months",
        PerCalendarDay = "per_calendar_day",
        PerWorkingDay = "per_working_day",
        PerAbsence = "per_absence",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_are_ordered_by_rank() {
        assert!(Severity::Departmental < Severity::Local && Severity::Local < Severity::Major);
    }

    #[test]
    fn every_code_reads_back() {
        for severity in Severity::ALL {
            assert_eq!(Severity::from_code(severity.code()), Some(*severity));
        }
        assert_eq!(Severity::from_code("Local"), None);
    }
}
