//! A database of its own for every test.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// An empty database; `url` is its connection string.
pub struct TestDb {
    pub url: String,
}

/// Makes an empty database beside the one `DATABASE_URL` names.
pub async fn database() -> TestDb {
    let admin = std::env::var("DATABASE_URL")
        .unwrap_or_else(|_| "postgres://zhihui@127.0.0.1:54329/postgres".to_owned());
    let name = format!("zhihui_test_{}", uuid::Uuid::now_v7().simple());
    let mut conn = PgConnection::connect(&admin)
        .await
        .expect("the development database answers");
    sqlx::query(AssertSqlSafe(format!("create database {name}")))
        .execute(&mut conn)
        .await
        .expect("a test database is made");
    let server = admin
        .rsplit_once('/')
        .map_or(admin.as_str(), |(server, _)| server);
    TestDb {
        url: format!("{server}/{name}"),
    }
}
