//! The SQL of people: who is who, posts, accounts, sessions, locks. Changes to accounts write the audit trail in the
//! same transaction, so call these inside one.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::audit::{self, Entry, Outcome};
use crate::error::{Error, Result};
use crate::l10n::text;
use crate::lang::{Lang, Text};
use crate::person::account::{NewPerson, PersonClosed, lock_after};
use crate::person::directory::{Department, Directory, Person, Region, RoleName};
use crate::person::{Actor, Post, role};
use crate::refusal::Refused;

/// Where a session is used. Neither kind of token passes for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionKind {
    Web,
    Api,
}

impl SessionKind {
    const fn code(self) -> &'static str {
        match self {
            SessionKind::Web => "web",
            SessionKind::Api => "api",
        }
    }
}

/// What signing in needs to know of an account.
pub struct Credentials {
    pub person: Uuid,
    pub password_hash: String,
}

/// One stretch of a post, current or past.
pub struct PostHeld {
    pub post: Post,
    pub from_at: DateTime<Utc>,
    pub until_at: Option<DateTime<Utc>>,
}

/// Reads the whole directory.
pub async fn directory(conn: &mut PgConnection) -> Result<Directory> {
    let regions = sqlx::query_as!(
        RegionRow,
        r#"SELECT code, name AS "name: Json<Text>", position, customers FROM region ORDER BY position, code"#
    )
    .fetch_all(&mut *conn)
    .await?;
    let departments = sqlx::query_as!(
        DepartmentRow,
        r#"SELECT code, kind, name AS "name: Json<Text>", region, parent, position
           FROM department ORDER BY position, code"#
    )
    .fetch_all(&mut *conn)
    .await?;
    let roles = sqlx::query_as!(
        RoleRow,
        r#"SELECT code, name AS "name: Json<Text>", departments, position FROM role ORDER BY position, code"#
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut posts: HashMap<Uuid, Vec<Post>> = HashMap::new();
    for row in sqlx::query!("SELECT person, role, department FROM post WHERE until_at IS NULL ORDER BY from_at, id")
        .fetch_all(&mut *conn)
        .await?
    {
        posts.entry(row.person).or_default().push(Post { role: row.role, department: row.department });
    }
    let people = sqlx::query!(
        "SELECT id, login, name, language, phone, active, created_at, closed_at FROM person ORDER BY login"
    )
    .fetch_all(&mut *conn)
    .await?
    .into_iter()
    .map(|row| Person {
        posts: posts.remove(&row.id).unwrap_or_default(),
        id: row.id,
        login: row.login,
        name: row.name,
        language: Lang::from_tag(&row.language).unwrap_or_default(),
        phone: row.phone,
        active: row.active,
        created_at: row.created_at,
        closed_at: row.closed_at,
    })
    .collect();
    Ok(Directory::new(
        regions.into_iter().map(Region::from).collect(),
        departments.into_iter().map(Department::from).collect(),
        roles.into_iter().map(RoleName::from).collect(),
        people,
    ))
}

/// Adds or renames a region.
pub async fn put_region(conn: &mut PgConnection, region: &Region) -> Result<()> {
    sqlx::query!(
        "INSERT INTO region (code, name, position, customers) VALUES ($1, $2, $3, $4)
         ON CONFLICT (code) DO UPDATE
         SET name = excluded.name, position = excluded.position, customers = excluded.customers",
        region.code,
        Json(&region.name) as _,
        region.position,
        region.customers,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds or renames a department instance. Its region and parent come first.
pub async fn put_department(conn: &mut PgConnection, department: &Department) -> Result<()> {
    sqlx::query!(
        "INSERT INTO department (code, kind, name, region, parent, position) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (code) DO UPDATE
         SET name = excluded.name, parent = excluded.parent, position = excluded.position",
        department.code,
        department.kind,
        Json(&department.name) as _,
        department.region,
        department.parent,
        department.position,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds or renames a role.
pub async fn put_role(conn: &mut PgConnection, role: &RoleName) -> Result<()> {
    sqlx::query!(
        "INSERT INTO role (code, name, departments, position) VALUES ($1, $2, $3, $4)
         ON CONFLICT (code) DO UPDATE
         SET name = excluded.name, departments = excluded.departments, position = excluded.position",
        role.code,
        Json(&role.name) as _,
        &role.departments,
        role.position,
    )
    .execute(conn)
    .await?;
    Ok(())
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
    end_all_sessions(conn, person, now).await?;
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
    sqlx::query!(
        "UPDATE session SET ended_at = greatest($2, created_at)
         WHERE person = $1 AND ended_at IS NULL AND token_hash IS DISTINCT FROM $3",
        person,
        now,
        keep,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("DELETE FROM login_attempt WHERE login = $1", login).execute(&mut *conn).await?;
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

/// The active account behind a sign-in name.
pub async fn credentials(conn: &mut PgConnection, login: &str) -> Result<Option<Credentials>> {
    Ok(sqlx::query_as!(
        Credentials,
        "SELECT id AS person, password_hash FROM person WHERE login = $1 AND active",
        login
    )
    .fetch_optional(conn)
    .await?)
}

/// Until when the name is locked, if it is.
pub async fn locked_until(conn: &mut PgConnection, login: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let until = sqlx::query_scalar!(
        "SELECT locked_until FROM login_attempt WHERE login = $1 AND locked_until > $2",
        login,
        now
    )
    .fetch_optional(conn)
    .await?;
    Ok(until.flatten())
}

/// Counts a failure and says until when the name is locked by it.
pub async fn count_failure(conn: &mut PgConnection, login: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let failures = sqlx::query_scalar!(
        "INSERT INTO login_attempt (login, failures, last_at) VALUES ($1, 1, $2)
         ON CONFLICT (login) DO UPDATE SET failures = login_attempt.failures + 1, last_at = $2
         RETURNING failures",
        login,
        now
    )
    .fetch_one(&mut *conn)
    .await?;
    let Some(lock) = lock_after(failures) else {
        return Ok(None);
    };
    let until = now + lock;
    sqlx::query!("UPDATE login_attempt SET locked_until = $2 WHERE login = $1", login, until).execute(conn).await?;
    Ok(Some(until))
}

/// Forgets the failures of a name that has signed in.
pub async fn forget_failures(conn: &mut PgConnection, login: &str) -> Result<()> {
    sqlx::query!("DELETE FROM login_attempt WHERE login = $1", login).execute(conn).await?;
    Ok(())
}

/// Records a session. Only the SHA-256 of its token is kept.
pub async fn open_session(
    conn: &mut PgConnection,
    token_hash: &[u8],
    person: Uuid,
    kind: SessionKind,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO session (token_hash, person, kind, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        token_hash,
        person,
        kind.code(),
        now,
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whose token it is, if it is one, unexpired, of this kind, and the account is open.
pub async fn actor_by_token(
    conn: &mut PgConnection,
    token_hash: &[u8],
    kind: SessionKind,
    now: DateTime<Utc>,
) -> Result<Option<Actor>> {
    let row = sqlx::query!(
        r#"SELECT p.id, p.login, p.language,
                  coalesce(array_agg(h.role ORDER BY h.id) FILTER (WHERE h.id IS NOT NULL), '{}') AS "roles!",
                  coalesce(array_agg(h.department ORDER BY h.id) FILTER (WHERE h.id IS NOT NULL), '{}')
                      AS "departments!"
           FROM session s JOIN person p ON p.id = s.person
           LEFT JOIN post h ON h.person = p.id AND h.until_at IS NULL
           WHERE s.token_hash = $1 AND s.kind = $2 AND s.ended_at IS NULL AND s.expires_at > $3 AND p.active
           GROUP BY p.id"#,
        token_hash,
        kind.code(),
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Actor {
        person: Some(row.id),
        login: row.login,
        lang: Lang::from_tag(&row.language).unwrap_or_default(),
        posts: row.roles.into_iter().zip(row.departments).map(|(role, department)| Post { role, department }).collect(),
    }))
}

/// Ends one session.
pub async fn end_session(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE session SET ended_at = greatest($2, created_at) WHERE token_hash = $1 AND ended_at IS NULL",
        token_hash,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn end_all_sessions(conn: &mut PgConnection, person: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE session SET ended_at = greatest($2, created_at) WHERE person = $1 AND ended_at IS NULL",
        person,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
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

struct RegionRow {
    code: String,
    name: Json<Text>,
    position: i32,
    customers: i32,
}

impl From<RegionRow> for Region {
    fn from(row: RegionRow) -> Region {
        Region { code: row.code, name: row.name.0, position: row.position, customers: row.customers }
    }
}

struct DepartmentRow {
    code: String,
    kind: String,
    name: Json<Text>,
    region: Option<String>,
    parent: Option<String>,
    position: i32,
}

impl From<DepartmentRow> for Department {
    fn from(row: DepartmentRow) -> Department {
        Department {
            code: row.code,
            kind: row.kind,
            name: row.name.0,
            region: row.region,
            parent: row.parent,
            position: row.position,
        }
    }
}

struct RoleRow {
    code: String,
    name: Json<Text>,
    departments: Vec<String>,
    position: i32,
}

impl From<RoleRow> for RoleName {
    fn from(row: RoleRow) -> RoleName {
        RoleName { code: row.code, name: row.name.0, departments: row.departments, position: row.position }
    }
}
