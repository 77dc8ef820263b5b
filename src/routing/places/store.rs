//! Reads and fills the registers of sites and vehicles.

use sqlx::PgConnection;
use sqlx::types::Json;

use super::{Places, Site, Vehicle};
use crate::lang::Text;

pub async fn load(conn: &mut PgConnection) -> sqlx::Result<Places> {
    let sites = sqlx::query!(r#"select code, name as "name: Json<Text>", department, region from site order by code"#)
        .fetch_all(&mut *conn)
        .await?
        .into_iter()
        .map(|r| Site { code: r.code, name: r.name.0, department: r.department, region: r.region })
        .collect();
    let vehicles =
        sqlx::query!(r#"select code, name as "name: Json<Text>", home, region, spare from vehicle order by code"#)
            .fetch_all(conn)
            .await?
            .into_iter()
            .map(|r| Vehicle { code: r.code, name: r.name.0, home: r.home, region: r.region, spare: r.spare })
            .collect();
    Ok(Places { sites, vehicles })
}

/// Adds a site, or brings it up to date.
pub async fn put_site(conn: &mut PgConnection, site: &Site) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into site (code, name, department, region) values ($1, $2, $3, $4)
         on conflict (code) do update
         set name = excluded.name, department = excluded.department, region = excluded.region",
        site.code,
        Json(&site.name) as _,
        site.department,
        site.region
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds a vehicle, or brings it up to date.
pub async fn put_vehicle(conn: &mut PgConnection, vehicle: &Vehicle) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into vehicle (code, name, home, region, spare) values ($1, $2, $3, $4, $5)
         on conflict (code) do update
         set name = excluded.name, home = excluded.home, region = excluded.region, spare = excluded.spare",
        vehicle.code,
        Json(&vehicle.name) as _,
        vehicle.home,
        vehicle.region,
        vehicle.spare
    )
    .execute(conn)
    .await?;
    Ok(())
}
