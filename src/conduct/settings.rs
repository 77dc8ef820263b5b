//! Proposed numbers set otherwise (R8).

use crate::error::Result;
use crate::person::Actor;
use crate::settings::{Change, Wish, store};
use crate::state::App;

impl App {
    /// Sets a number from an instant on; every replica reads it again.
    pub async fn set_number(&self, actor: &Actor, wish: &Wish) -> Result<Change> {
        let now = self.clock.now();
        let mut tx = self.pool.begin().await?;
        store::hold(&mut tx).await?;
        let made = store::all(&mut tx).await?;
        let last = made.iter().rfind(|c| c.key == wish.key);
        let mut editions = crate::plan::Editions::clone(&self.editions());
        editions = editions.under(made.iter().map(Change::setting).collect());
        let mut change = wish.check(&editions, last, actor, &self.leadership(), now)?;
        change.id = store::insert(&mut tx, &change).await?;
        tx.commit().await?;
        self.reload().await?;
        Ok(change)
    }
}
