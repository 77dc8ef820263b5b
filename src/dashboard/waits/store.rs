//! What may wait for the one who looks at a department's page.

use sqlx::PgConnection;

use super::{Matters, Waiting, of};
use crate::dashboard::Sight;
use crate::{directive, headquarters, rectification, review};

/// Reviews and orders looked through at most.
const LOOKED: i64 = 200;

/// All that waits for whoever looks, beside what their department owes.
pub async fn read(conn: &mut PgConnection, sight: &Sight<'_>) -> sqlx::Result<Vec<Waiting>> {
    let papers = headquarters::store::unsigned(conn).await?;
    let (reviews, rectifications) = if sight.actor.is_inspector() {
        let open = rectification::store::Filter { state: Some("open".to_owned()), ..Default::default() };
        let orders = rectification::store::list(conn, &open, sight.now, LOOKED).await?;
        (review::store::unclosed(conn, LOOKED).await?, orders)
    } else {
        (review::store::objectable(conn, sight.now).await?, Vec::new())
    };
    let directives = match sight.leadership.is_acting(sight.actor) {
        true => directive::store::open(conn, None).await?,
        false => Vec::new(),
    };
    let matters = Matters {
        reviews: &reviews,
        rectifications: &rectifications,
        papers: &papers,
        directives: &directives,
        questions: &[],
    };
    Ok(of(&matters, sight))
}
