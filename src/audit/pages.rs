//! The audit trail as its readers see it: newest first, with the whole chain checked (R162).

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::audit::{Chain, Row, store};
use crate::error::Result;
use crate::person::directory::Directory;
use crate::state::App;
use crate::web::{Access, Routes, Shell, Visitor, page, when};

/// Entries on one page.
const PAGE: i64 = 100;

pub fn routes() -> Routes {
    Routes::new().get("/audit", Access::Oversight, list)
}

#[derive(Deserialize)]
struct Before {
    before: Option<i64>,
}

async fn list(State(app): State<App>, visitor: Visitor, Query(Before { before }): Query<Before>) -> Result<Response> {
    let mut conn = app.pool.acquire().await?;
    let rows = store::latest(&mut conn, before, PAGE).await?;
    let chain = store::verify(&mut conn).await?;
    let before = rows.last().map(|r| r.seq).filter(|seq| *seq > 1);
    Ok(page(&AuditPage { shell: Shell::of(&visitor), directory: app.directory(), chain, rows, before }))
}

#[derive(Template)]
#[template(path = "audit/audit.html")]
struct AuditPage {
    shell: Shell,
    directory: Arc<Directory>,
    chain: Chain,
    rows: Vec<Row>,
    before: Option<i64>,
}

impl AuditPage {
    fn exact(&self, at: &DateTime<Utc>) -> String {
        when::exact(*at)
    }

    /// An action in words; one without words yet reads as its code.
    fn action(&self, action: &str) -> String {
        let l = self.shell.l;
        match action {
            "sign_in" => l.msg_audit_sign_in(),
            "sign_out" => l.msg_audit_sign_out(),
            "denied" => l.msg_audit_denied_attempt(),
            "account_created" => l.msg_audit_account_created(),
            "account_closed" => l.msg_audit_account_closed(),
            "posts_changed" => l.msg_audit_posts_changed(),
            "password_changed" => l.msg_audit_password_changed(),
            "export" => l.msg_audit_export(),
            "report_refused" => l.msg_audit_report_refused(),
            other => other.to_owned(),
        }
    }

    /// A detail as label and words; posts by their names.
    fn detail(&self, name: &str, value: &str) -> (String, String) {
        let l = self.shell.l;
        let label = match name {
            "name" => l.msg_name(),
            "posts" => l.msg_posts(),
            "begun" => l.msg_audit_begun(),
            "ended" => l.msg_audit_ended(),
            "code" => l.msg_audit_code(),
            "request" => l.msg_audit_request(),
            "format" => l.msg_audit_format(),
            "locked_until" => l.msg_audit_locked_until(),
            other => other.to_owned(),
        };
        let value = match name {
            "posts" | "begun" | "ended" => value.split(' ').map(|post| self.post(post)).collect::<Vec<_>>().join("; "),
            _ => value.to_owned(),
        };
        (label, value)
    }

    /// `leader@LG` in words.
    fn post(&self, post: &str) -> String {
        let Some((role, department)) = post.split_once('@') else {
            return post.to_owned();
        };
        let (department, role) = (self.directory.department_name(department), self.directory.role_name(role));
        format!("{} · {}", self.shell.t(&department), self.shell.t(&role))
    }

    fn outcome(&self, outcome: &str) -> String {
        let l = self.shell.l;
        match outcome {
            "done" => l.msg_audit_done(),
            "denied" => l.msg_audit_denied(),
            _ => l.msg_audit_failed(),
        }
    }
}
