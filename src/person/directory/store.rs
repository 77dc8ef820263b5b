//! The SQL of the directory: regions, departments and roles, and who holds which post.

use std::collections::HashMap;

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Department, Directory, Person, Region, RoleName};
use crate::error::Result;
use crate::lang::{Lang, Text};
use crate::person::Post;

/// Reads the whole directory.
pub async fn load(conn: &mut PgConnection) -> Result<Directory> {
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
