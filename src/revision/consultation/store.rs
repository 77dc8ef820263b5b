//! Rows of what was asked about drafts.

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Consultation, Open};
use crate::person::Post;
use crate::revision::Draft;
use crate::{notice, revision};

/// Writes the asking, and tells everyone asked.
pub async fn ask(conn: &mut PgConnection, draft: &Draft, asked: &Consultation) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into edition_consultation (id, draft, at, by_login, answer_by, text, revision, posts)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        asked.id,
        draft.id,
        asked.at,
        asked.by,
        asked.answer_by,
        asked.text,
        asked.revision,
        Json(&asked.posts) as _
    )
    .execute(&mut *conn)
    .await?;
    let notices = asked.notices(&draft.code);
    let about: Vec<_> = notices.iter().map(|n| (None, None, n)).collect();
    notice::store::insert_about(conn, &about, asked.at).await
}

/// What was last asked about a draft.
pub async fn latest(conn: &mut PgConnection, draft: Uuid) -> sqlx::Result<Option<Consultation>> {
    let row = sqlx::query!(
        r#"select id, at, by_login, answer_by, text, revision, posts as "posts: Json<Vec<Post>>"
           from edition_consultation where draft = $1 order by at desc, id desc limit 1"#,
        draft
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|r| Consultation {
        id: r.id,
        at: r.at,
        by: r.by_login,
        answer_by: r.answer_by,
        text: r.text,
        revision: r.revision,
        posts: r.posts.0,
    }))
}

/// What is asked about drafts that are not signed, the first to be answered first.
pub async fn open(conn: &mut PgConnection) -> sqlx::Result<Vec<Open>> {
    let mut open = Vec::new();
    let asked = sqlx::query!(
        "select d.id, d.code from edition_draft d
         where d.approved_at is null and exists (select 1 from edition_consultation c where c.draft = d.id)
         order by d.drafted_at"
    )
    .fetch_all(&mut *conn)
    .await?;
    for draft in asked {
        let Some(consultation) = latest(conn, draft.id).await? else { continue };
        let opinions = revision::store::opinions(conn, draft.id).await?;
        let answers = opinions.iter().map(|o| (o.person, o.at)).collect();
        open.push(Open { code: draft.code, consultation, answers });
    }
    open.sort_by_key(|one| one.consultation.answer_by);
    Ok(open)
}
