//! Reads everything the page shows, over the stores that own the tables.

use sqlx::PgConnection;

use crate::attachment::{self, Attached};
use crate::directive::{self, store::Found};
use crate::error::Result;
use crate::incident::{
    self, State,
    record::{Linked, Report},
};
use crate::journal::{self, Recorded};
use crate::person::Actor;
use crate::response::{self, Case};
use crate::task::{self, store::Logged};

/// An incident with its whole record.
#[derive(Debug, Clone)]
pub struct File {
    pub case: Case,
    pub recorded: Vec<Recorded>,
    pub reports: Vec<Report>,
    pub links: Vec<Linked>,
    pub contacts: Vec<Logged>,
    pub attachments: Vec<Attached>,
    /// Number of the incident this one was merged into.
    pub merged_into: Option<String>,
    /// The latest first.
    pub directives: Vec<Found>,
}

/// The file of an incident the actor may see.
///
/// # Errors
/// `NotFound` for an unknown number and for a region that is not the actor's.
pub async fn read(conn: &mut PgConnection, number: &str, actor: &Actor) -> Result<File> {
    let case = response::store::read(conn, number, actor).await?;
    let id = case.incident.id;
    let merged_into = match case.incident.state {
        State::Merged { into, .. } => incident::store::by_id(conn, into).await?.map(|i| i.number),
        _ => None,
    };
    Ok(File {
        recorded: journal::store::of_incident(conn, id).await?,
        reports: incident::record::store::of_incident(conn, id).await?,
        links: incident::link::store::of_incident(conn, id).await?,
        contacts: task::store::contacts(conn, id).await?,
        attachments: attachment::store::of_incident(conn, id).await?,
        merged_into,
        directives: directive::store::of(conn, id).await?,
        case,
    })
}
