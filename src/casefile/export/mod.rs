//! The record of an incident as tables: what it is, its tasks, what happened, who was called, what was attached.

pub mod pages;

use uuid::Uuid;

use super::Desk;
use crate::attachment::Attached;
use crate::incident::severity::CITY;
use crate::sheet::{Book, Cell, Table};
use crate::task::store::Logged;
use crate::task::{State, Task};
use crate::timeline;

/// The record as it stands, in the reader's language.
pub fn book(desk: &Desk<'_>) -> Book {
    Book { head: head(desk), tables: vec![tasks(desk), timeline(desk), calls(desk), files(desk)] }
}

fn head(desk: &Desk<'_>) -> Vec<(String, String)> {
    let (w, l, incident) = (desk.w, desk.w.l, &desk.case().incident);
    let sub_kind = w.edition.sub_kind(&incident.sub_kind);
    let region = match incident.region.as_str() {
        CITY => l.msg_cf_whole_city(),
        code => w.directory.region_name(code).get(w.lang).to_owned(),
    };
    vec![
        (l.msg_fig_number(), incident.number.clone()),
        (l.msg_plan_edition(), incident.edition.clone()),
        (l.msg_fig_taken_out(), format!("{} · {}", w.stamp(desk.now), w.person(&desk.actor.login))),
        (l.msg_cf_kind(), sub_kind.map_or(incident.sub_kind.as_str(), |s| s.name.get(w.lang)).to_owned()),
        (l.msg_cf_level(), w.severity(incident.severity)),
        (l.msg_cf_region(), region),
        (l.msg_cf_received(), w.stamp(incident.reported_at)),
        (l.msg_cf_reports(), incident.description.clone()),
    ]
}

fn tasks(desk: &Desk<'_>) -> Table {
    let l = desk.w.l;
    let columns = vec![
        l.msg_cf_order(),
        l.msg_cf_what(),
        l.msg_department(),
        l.msg_cf_state(),
        l.msg_fig_opened(),
        l.msg_cf_sign_by(),
        l.msg_fig_signed_at(),
        l.msg_fig_due(),
        l.msg_fig_ended_at(),
        l.msg_fig_in_minutes(l.msg_fig_late()),
        l.msg_cf_clause(),
    ];
    let rows = desk.case().tasks.iter().zip(1_i64..).map(|(task, n)| row(desk, task, n)).collect();
    Table { name: l.msg_cf_tasks(), columns, rows }
}

fn row(desk: &Desk<'_>, task: &Task, number: i64) -> Vec<Cell> {
    let (w, l) = (desk.w, desk.w.l);
    let def = desk.world.edition.task(&task.code);
    let stamp = |at: Option<chrono::DateTime<chrono::Utc>>| Cell::from(at.map(|at| w.stamp(at)));
    let state = match task.state {
        State::Open => l.msg_cf_task_open(),
        State::Acknowledged => l.msg_cf_task_signed(),
        State::Done(_) => l.msg_cf_task_done(),
        State::Cancelled { .. } => l.msg_cf_task_cancelled(),
        State::NotArisen { .. } => l.msg_cf_task_not_arisen(),
    };
    let late = def.map_or(0, |d| crate::task::clock::late_seconds(d, task, desk.now, desk.world.calendar));
    vec![
        number.into(),
        w.task(&task.key).into(),
        w.department(&task.department).into(),
        state.into(),
        stamp(Some(task.opened_at)),
        stamp(task.acknowledge_by),
        stamp(task.acknowledged.as_ref().map(|s| s.at)),
        stamp(task.due_at),
        stamp(task.state.ending().map(|e| e.at)),
        (late / 60).into(),
        def.map(|d| format!("§{}", d.clause)).into(),
    ]
}

fn timeline(desk: &Desk<'_>) -> Table {
    let (w, l) = (desk.w, desk.w.l);
    let past = timeline::past(&desk.file.recorded, desk.case(), desk.world.edition, desk.world.directory, w.lang);
    let rows = past
        .iter()
        .map(|entry| {
            vec![
                w.stamp(entry.at).into(),
                w.stamp(entry.entered_at).into(),
                w.person(&entry.actor).into(),
                entry.department.as_deref().map(|code| w.department(code)).into(),
                entry.task.as_deref().map(|key| w.task(key)).into(),
                entry.text.as_str().into(),
            ]
        })
        .collect();
    let columns = vec![
        l.msg_cf_time(),
        l.msg_fig_entered_at(),
        l.msg_fig_who(),
        l.msg_department(),
        l.msg_fig_tasks(),
        l.msg_cf_what(),
    ];
    Table { name: l.msg_cf_timeline(), columns, rows }
}

fn calls(desk: &Desk<'_>) -> Table {
    let (w, l) = (desk.w, desk.w.l);
    let columns = vec![
        l.msg_cf_called_at(),
        l.msg_cf_party(),
        l.msg_cf_phone(),
        l.msg_cf_answer(),
        l.msg_cf_promised(),
        l.msg_fig_who(),
        l.msg_fig_tasks(),
    ];
    let row = |call: &Logged| {
        let contact = &call.contact;
        vec![
            w.stamp(contact.at).into(),
            w.party(&contact.party).into(),
            contact.phone.as_str().into(),
            contact.answer.as_str().into(),
            contact.promised_at.map(|at| w.stamp(at)).into(),
            w.person(&call.by).into(),
            task_of(desk, Some(call.task)).into(),
        ]
    };
    Table { name: l.msg_cf_contacts(), columns, rows: desk.file.contacts.iter().map(row).collect() }
}

fn files(desk: &Desk<'_>) -> Table {
    let (w, l) = (desk.w, desk.w.l);
    let columns = vec![
        l.msg_cf_time(),
        l.msg_cf_file(),
        l.msg_fig_bytes(),
        "SHA-256".to_owned(),
        l.msg_fig_who(),
        l.msg_fig_tasks(),
    ];
    let row = |file: &Attached| {
        vec![
            w.stamp(file.at).into(),
            file.name.as_str().into(),
            file.size.into(),
            file.sha256.as_str().into(),
            w.person(&file.by).into(),
            task_of(desk, file.task).into(),
        ]
    };
    Table { name: l.msg_cf_files(), columns, rows: desk.file.attachments.iter().map(row).collect() }
}

fn task_of(desk: &Desk<'_>, task: Option<Uuid>) -> Option<String> {
    let task = desk.case().tasks.iter().find(|t| Some(t.id) == task)?;
    Some(desk.w.task(&task.key))
}
