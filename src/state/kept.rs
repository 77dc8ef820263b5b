//! What was drawn once and may be shown again: to the same person, at the same address, while nothing has changed.
//!
//! Whether something changed is asked of the database itself. `pg_current_snapshot()` says which transactions can be
//! seen; as long as it says the same, none has been committed by anybody, on whichever replica. One such question
//! answers all who came before it was asked, so a hundred readers at once cost one. What is shown is thus never older
//! than the request for it. Only what time alone changes may lag, by [`FRESH`].
//!
//! Drawn anew each time, the board of 50 open incidents takes sixteen queries; see docs/performance.md.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::Mutex as Turn;

use super::App;
use crate::db::{self, line};

/// How long it may be shown though time has passed. A simulated clock that moved shows at once.
const FRESH: Duration = Duration::from_secs(1);
/// Things kept at most; about 15 kB each.
const KEPT: usize = 300;

/// Values by everything they depend on beside the database and what the application holds in memory: `K` must name the
/// reader with all their posts, not only the address.
pub struct Kept<K, V> {
    slots: Mutex<HashMap<K, Slot<V>>>,
    asked: AtomicU64,
    last: Turn<Seen>,
}

type Slot<V> = Arc<Turn<Option<Drawn<V>>>>;

/// What the database said, and the how manieth question it was.
#[derive(Debug, Clone, Default)]
struct Seen {
    question: u64,
    snapshot: Arc<str>,
}

struct Drawn<V> {
    value: V,
    /// All of the following were read before it was drawn.
    seen: Seen,
    held: u64,
    now: DateTime<Utc>,
    at: Instant,
}

impl<V> Drawn<V> {
    fn holds(&self, app: &App, seen: &Seen) -> bool {
        let unchanged = self.seen.question >= seen.question || self.seen.snapshot == seen.snapshot;
        let fresh = if app.clock.is_simulated() { self.now == app.clock.now() } else { self.at.elapsed() < FRESH };
        unchanged && fresh && self.held == app.read_anew()
    }
}

impl<K: Hash + Eq, V: Clone> Kept<K, V> {
    pub fn new() -> Kept<K, V> {
        Kept { slots: Mutex::default(), asked: AtomicU64::new(0), last: Turn::default() }
    }

    /// What is kept for `key`, or what `draw` answers; its error is handed on and not kept. Those who ask for the same
    /// while it is drawn wait for it.
    pub async fn get<E>(&self, app: &App, key: K, draw: impl Future<Output = Result<V, E>>) -> Result<V, E> {
        // Without the database nothing can be known to be unchanged; `draw` will say what is wrong.
        let Some(mut seen) = self.look(app).await else {
            return draw.await;
        };
        let Some(slot) = self.slot(key) else {
            return draw.await;
        };
        let mut drawn = match slot.try_lock() {
            Ok(drawn) => drawn,
            Err(_) => {
                let drawn = slot.lock().await;
                // It may have been drawn before we came. A new question then speaks for all who wait behind us too.
                if !drawn.as_ref().is_some_and(|d| d.holds(app, &seen))
                    && let Some(later) = self.look(app).await
                {
                    seen = later;
                }
                drawn
            }
        };
        if let Some(kept) = drawn.as_ref().filter(|d| d.holds(app, &seen)) {
            return Ok(kept.value.clone());
        }
        *drawn = None;
        let (held, now, at) = (app.read_anew(), app.clock.now(), Instant::now());
        let value = draw.await?;
        *drawn = Some(Drawn { value: value.clone(), seen, held, now, at });
        Ok(value)
    }

    /// What the database says to a question asked after this was called: our own, or that of one who waited beside us.
    async fn look(&self, app: &App) -> Option<Seen> {
        let before = self.asked.load(Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if last.question <= before {
            let question = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            let snapshot = line::unless_lost(db::snapshot(&app.pool)).await.ok()?.ok()?;
            *last = Seen { question, snapshot: snapshot.into() };
        }
        Some(last.clone())
    }

    /// The place for a key; `None` while all are taken by others just shown.
    fn slot(&self, key: K) -> Option<Slot<V>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(&key) {
            return Some(Arc::clone(slot));
        }
        if slots.len() >= KEPT {
            slots.retain(|_, slot| match slot.try_lock() {
                Ok(drawn) => drawn.as_ref().is_some_and(|d| d.at.elapsed() < FRESH),
                Err(_) => true,
            });
        }
        (slots.len() < KEPT).then(|| Arc::clone(slots.entry(key).or_default()))
    }
}

impl<K: Hash + Eq, V: Clone> Default for Kept<K, V> {
    fn default() -> Kept<K, V> {
        Kept::new()
    }
}
