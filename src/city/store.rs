//! Writes a city into the registers of people and places, all or nothing when the caller has a transaction open.

use sqlx::PgConnection;

use super::City;
use crate::error::Result;
use crate::person;
use crate::plan::Edition;
use crate::routing::places;

/// Brings roles and the departments every company has up to what the edition says.
pub async fn load_plan(conn: &mut PgConnection, edition: &Edition) -> Result<()> {
    for role in super::roles_of(edition) {
        person::directory::store::put_role(conn, &role).await?;
    }
    for department in super::departments_of(edition) {
        person::directory::store::put_department(conn, &department).await?;
    }
    Ok(())
}

/// Adds what is new and renames what is there; nothing is taken away. The plan comes first.
pub async fn load(conn: &mut PgConnection, city: &City) -> Result<()> {
    for region in &city.regions {
        person::directory::store::put_region(conn, region).await?;
    }
    for department in &city.departments {
        person::directory::store::put_department(conn, department).await?;
    }
    for site in &city.sites {
        places::store::put_site(conn, site).await?;
    }
    for vehicle in &city.vehicles {
        places::store::put_vehicle(conn, vehicle).await?;
    }
    Ok(())
}
