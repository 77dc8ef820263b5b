//! The audit trail as its readers see it: newest first, with the whole chain checked (R162).

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::audit::{Chain, Row, store};
use crate::error::Result;
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

async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(Before { before }): Query<Before>,
) -> Result<Response> {
    let mut conn = app.pool.acquire().await?;
    let rows = store::latest(&mut conn, before, PAGE).await?;
    let chain = store::verify(&mut conn).await?;
    let before = rows.last().map(|r| r.seq).filter(|seq| *seq > 1);
    Ok(page(&AuditPage {
        shell: Shell::of(&visitor),
        chain,
        rows,
        before,
    }))
}

#[derive(Template)]
#[template(path = "audit/audit.html")]
struct AuditPage {
    shell: Shell,
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
            other => other.to_owned(),
        }
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
