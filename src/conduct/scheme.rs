//! Versions of the separate documents the plan refers to (R9).

use crate::error::Result;
use crate::person::Actor;
use crate::scheme::{Attach, Document, store};
use crate::state::App;

impl App {
    /// Attaches a version; every replica reads it.
    pub async fn attach_scheme(&self, actor: &Actor, attach: Attach) -> Result<Document> {
        let (edition, now) = (self.edition()?, self.clock.now());
        let mut tx = self.pool.begin().await?;
        store::hold(&mut tx).await?;
        let attached = store::load(&mut tx).await?;
        let (document, upload) = attach.check(&edition, &attached, actor, now)?;
        store::insert(&mut tx, &document, &upload).await?;
        tx.commit().await?;
        self.reload().await?;
        Ok(document)
    }
}
