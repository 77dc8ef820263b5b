//! The SQL of people: who is who, posts, accounts. Changes to accounts write the audit trail in the
//! same transaction, so call these inside one.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::audit::{self, Entry, Outcome};
use crate::error::{Error, Result};
use crate::l10n::text;
use crate::lang::Lang;
use crate::person::account::{NewPerson, PersonClosed};
use crate::person::{Actor, Post, role, session};
use crate::refusal::Refused;

/// One stretch of a post, current or past.
pub struct PostHeld {
    pub post: Post,
    pub from_at: DateTime<Utc>,
    pub until_at: Option<DateTime<Utc>>,
}

/// Opens an account with its posts. A login in use is refused, and so is a second leader or deputy.
pub async fn create(
    conn: &mut PgConnection,
    new: &NewPerson,
    by: &Actor,
    address: &str,
    now: DateTime<Utc>,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    sqlx::query!(
        "INSERT INTO person (id, login, name, language, phone, password_hash, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id,
        new.login,
        new.name,
        new.language.tag(),
        new.phone,
        new.password_hash,
        now,
    )
    .execute(&mut *conn)
    .await
    .map_err(named_violation)?;
    for post in &new.posts {
        begin_post(conn, id, post, now).await?;
    }
    let entry = Entry::by(by, "account_created", &new.login, Outcome::Done, address)
        .with("name", &new.name)
        .with("posts", post_list(&new.posts));
    audit::store::append(conn, entry, now).await?;
    Ok(id)
}

/// Makes the first administrator, by command. Refused while an active one exists.
pub async fn create_admin(
    conn: &mut PgConnection,
    login: &str,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<Uuid> {
    sqlx::query!("LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE").execute(&mut *conn).await?;
    let exists = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM post WHERE role = $1 AND until_at IS NULL) AS "exists!""#,
        role::SYS_ADMIN
    )
    .fetch_one(&mut *conn)
    .await?;
    if exists {
        return Err(Refused::Forbidden.into());
    }
    let new = NewPerson {
        login: login.to_owned(),
        name: login.to_owned(),
        language: Lang::default(),
        phone: None,
        password_hash: password_hash.to_owned(),
        posts: vec![Post { role: role::SYS_ADMIN.to_owned(), department: "INF".to_owned() }],
    };
    create(conn, &new, &Actor::system(), "", now).await
}

/// Closes an account: sessions end, posts are vacated, the history keeps the name (R168).
pub async fn close(
    conn: &mut PgConnection,
    person: Uuid,
    by: &Actor,
    address: &str,
    now: DateTime<Utc>,
) -> Result<PersonClosed> {
    let row = sqlx::query!(
        "UPDATE person SET active = false, closed_at = $2 WHERE id = $1 AND active RETURNING login, name",
        person,
        now,
    )
    .fetch_optional(&mut *conn)
    .await?
    .ok_or(Refused::NotFound)?;
    let posts = sqlx::query!(
        "UPDATE post SET until_at = greatest($2, from_at) WHERE person = $1 AND until_at IS NULL
         RETURNING role, department",
        person,
        now,
    )
    .fetch_all(&mut *conn)
    .await?
    .into_iter()
    .map(|p| Post { role: p.role, department: p.department })
    .collect::<Vec<_>>();
    session::store::end_others(conn, person, None, now).await?;
    let entry = Entry::by(by, "account_closed", &row.login, Outcome::Done, address).with("posts", post_list(&posts));
    audit::store::append(conn, entry, now).await?;
    Ok(PersonClosed { person, login: row.login, name: row.name, posts, at: now })
}

/// Makes `posts` the posts the person holds from now on. What was held and is no longer ends now and is kept.
pub async fn set_posts(
    conn: &mut PgConnection,
    person: Uuid,
    posts: &[Post],
    by: &Actor,
    address: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let login = lock_active(conn, person).await?;
    let held: Vec<Post> =
        sqlx::query_as!(Post, "SELECT role, department FROM post WHERE person = $1 AND until_at IS NULL", person)
            .fetch_all(&mut *conn)
            .await?;
    let ended: Vec<Post> = held.iter().filter(|p| !posts.contains(p)).cloned().collect();
    let begun: Vec<Post> = posts.iter().filter(|p| !held.contains(p)).cloned().collect();
    if ended.is_empty() && begun.is_empty() {
        return Ok(());
    }
    for post in &ended {
        sqlx::query!(
            "UPDATE post SET until_at = greatest($4, from_at)
             WHERE person = $1 AND role = $2 AND department = $3 AND until_at IS NULL",
            person,
            post.role,
            post.department,
            now,
        )
        .execute(&mut *conn)
        .await?;
    }
    for post in &begun {
        begin_post(conn, person, post, now).await?;
    }
    let entry = Entry::by(by, "posts_changed", &login, Outcome::Done, address)
        .with("ended", post_list(&ended))
        .with("begun", post_list(&begun));
    audit::store::append(conn, entry, now).await?;
    Ok(())
}

/// Sets a new password. Every session of the account but `keep` ends.
pub async fn set_password(
    conn: &mut PgConnection,
    person: Uuid,
    password_hash: &str,
    keep: Option<&[u8]>,
    by: &Actor,
    address: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let login = lock_active(conn, person).await?;
    sqlx::query!("UPDATE person SET password_hash = $2 WHERE id = $1", person, password_hash)
        .execute(&mut *conn)
        .await?;
    session::store::end_others(conn, person, keep, now).await?;
    session::store::forget_failures(conn, &login).await?;
    let entry = Entry::by(by, "password_changed", &login, Outcome::Done, address);
    audit::store::append(conn, entry, now).await?;
    Ok(())
}

/// The language the person reads in from now on.
pub async fn set_language(conn: &mut PgConnection, person: Uuid, language: Lang) -> Result<()> {
    sqlx::query!("UPDATE person SET language = $2 WHERE id = $1", person, language.tag()).execute(conn).await?;
    Ok(())
}

/// Every post the person ever held, latest first.
pub async fn post_history(conn: &mut PgConnection, person: Uuid) -> Result<Vec<PostHeld>> {
    let rows = sqlx::query!(
        "SELECT role, department, from_at, until_at FROM post WHERE person = $1
         ORDER BY until_at IS NOT NULL, from_at DESC, id DESC",
        person
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| PostHeld {
            post: Post { role: row.role, department: row.department },
            from_at: row.from_at,
            until_at: row.until_at,
        })
        .collect())
}

/// A stretch for which someone held a seat of the Leading Group (R11).
pub struct SeatHeld {
    pub role: String,
    pub login: String,
    pub from: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
}

/// Who held the seats of leader and deputy leader, the latest first.
pub async fn seat_history(conn: &mut PgConnection) -> Result<Vec<SeatHeld>> {
    let rows = sqlx::query_as!(
        SeatHeld,
        r#"SELECT t.role, p.login, t.from_at AS "from", t.until_at AS "until" FROM post t JOIN person p ON p.id = t.person
           WHERE t.role IN ('leader', 'deputy_leader') ORDER BY t.from_at DESC, t.id DESC"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

async fn begin_post(conn: &mut PgConnection, person: Uuid, post: &Post, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO post (person, role, department, from_at) VALUES ($1, $2, $3, $4)",
        person,
        post.role,
        post.department,
        now
    )
    .execute(conn)
    .await
    .map_err(named_violation)?;
    Ok(())
}

/// Locks an open account against concurrent change and gives its login.
async fn lock_active(conn: &mut PgConnection, person: Uuid) -> Result<String> {
    let login = sqlx::query_scalar!("SELECT login FROM person WHERE id = $1 AND active FOR UPDATE", person)
        .fetch_optional(conn)
        .await?;
    login.ok_or_else(|| Refused::NotFound.into())
}

fn post_list(posts: &[Post]) -> String {
    let posts: Vec<String> = posts.iter().map(|p| format!("{}@{}", p.role, p.department)).collect();
    posts.join(" ")
}

/// The constraints a user can run into, as the refusals they stand for.
fn named_violation(error: sqlx::Error) -> Error {
    let constraint = error.as_database_error().and_then(|e| e.constraint()).map(str::to_owned);
    match constraint.as_deref() {
        Some("person_login_once") => {
            Refused::BadValue { field: "login".to_owned(), expected: text(|l| l.msg_login_free_rule()) }.into()
        }
        Some("post_one_leader") => Refused::TwoLeaders.into(),
        _ => error.into(),
    }
}
