//! What an administrator does from the command line, on the company's database.

use anyhow::{Context, bail};

use super::{say, work};
use crate::city::{self, City};
use crate::clock::{Clock, local};
use crate::config::{Config, CreateAdmin, LoadCity};
use crate::error::Error;
use crate::lang::Lang;
use crate::person::account::{check_login, login_name};
use crate::person::{self, password};
use crate::plan::{self, Editions};
use crate::refusal::Refused;

pub(super) async fn create_admin(config: &Config, admin: &CreateAdmin) -> anyhow::Result<()> {
    // Before the password is asked for.
    work::url(config)?;
    let login = login_name(&admin.login);
    check_login(&login).map_err(in_words)?;
    let secret = admin.password()?;
    password::acceptable("password", secret.expose(), &login).map_err(in_words)?;
    let pool = work::open(config).await?;
    let hash = password::hash(secret.expose())?;
    let mut tx = pool.begin().await?;
    match person::store::create_admin(&mut tx, &login, &hash, Clock::System.now()).await {
        Ok(_) => tx.commit().await?,
        Err(Error::Refused(refused)) if *refused == Refused::Forbidden => {
            bail!("there is an administrator already; more accounts are opened by signing in as one")
        }
        Err(Error::Refused(refused)) => return Err(in_words(*refused)),
        Err(error) => return Err(error.into()),
    }
    say::line(&format!("Administrator {login} is made. Sign in, open the other accounts, and give them their posts."));
    Ok(())
}

pub(super) async fn load_city(config: &Config, given: &LoadCity) -> anyhow::Result<()> {
    let file = given.file.display();
    let source = tokio::fs::read_to_string(&given.file).await.with_context(|| format!("reading {file}"))?;
    let pool = work::open(config).await?;
    let mut tx = pool.begin().await?;
    let editions = Editions::new(plan::store::all(&mut tx).await?);
    let edition = editions
        .in_force(local(Clock::System.now()).date_naive())
        .context("no edition of the plan is in force today")?;
    let city = City::from_toml(&source, edition).with_context(|| format!("{file} is refused"))?;
    city::store::load(&mut tx, &city).await?;
    tx.commit().await?;
    say::line(&format!(
        "{} is loaded: {} regions, {} regional departments, {} places, {} vehicles. Servers that run read it when they \
         start again.",
        city.name.en,
        city.regions.len(),
        city.departments.len(),
        city.sites.len(),
        city.vehicles.len()
    ));
    Ok(())
}

fn in_words(refused: Refused) -> anyhow::Error {
    anyhow::anyhow!(refused.message(Lang::En))
}
