//! What every handler and the worker share.

pub mod kept;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::Context;
use sqlx::PgPool;
use tokio::sync::{Semaphore, broadcast};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::calendar::Calendar;
use crate::clock::Clock;
use crate::dashboard;
use crate::dashboard::board::Situation;
use crate::error::Result;
use crate::incident::Incident;
use crate::intake::{self, Intake, Writer};
use crate::leadership::Leadership;
use crate::person::directory::Directory;
use crate::person::session::{SessionKind, store};
use crate::person::{Actor, password};
use crate::plan::{Edition, Editions};
use crate::refusal::Refused;
use crate::routing::places::Places;
use crate::scheme::Schemes;
use kept::Kept;

/// How long a session is believed without asking the database. Real time, also in practice.
const SESSION_FRESH: Duration = Duration::from_secs(2);
/// Sessions remembered at most.
const SESSIONS_KEPT: usize = 20_000;
/// Passwords hashed at once: each takes 19 MiB and a processor.
const HASHES_AT_ONCE: usize = 4;

/// Something changed. Carries ids and a revision only; who may see it asks for the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveEvent {
    /// What kind of thing, one of [`crate::live::kind`].
    pub kind: String,
    pub id: String,
    pub revision: i64,
    /// Of an incident: the regions it touches.
    pub regions: Vec<String>,
}

/// How the server is run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// A practice server: simulated clock, banner on every page.
    pub practice: bool,
    /// A demo server: the sign-in page lists its accounts.
    pub demo: bool,
    /// Served over TLS: cookies get the `__Host-` prefix and `Secure`, and HSTS is sent.
    pub secure_cookies: bool,
    /// Take the client's address from the last `X-Forwarded-For` entry. Only behind a proxy that sets it.
    pub trust_proxy: bool,
    /// Sign-ins taken at once from one address, and one more each so many milliseconds.
    pub sign_in_burst: u32,
    pub sign_in_refill_ms: u64,
    /// Streams open at once; beyond it pages are refused theirs and say so.
    pub streams: usize,
    /// SHA-256 of the token that opens /metrics, where one is set.
    pub metrics_token: Option<[u8; 32]>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            practice: false,
            demo: false,
            secure_cookies: false,
            trust_proxy: false,
            sign_in_burst: 120,
            sign_in_refill_ms: 500,
            streams: 4_000,
            metrics_token: None,
        }
    }
}

/// Sessions seen lately: by token hash and kind, when and whose.
type Sessions = HashMap<([u8; 32], SessionKind), (Instant, Arc<Actor>)>;

#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub pool: PgPool,
    pub clock: Clock,
    pub settings: Settings,
    pub live: broadcast::Sender<LiveEvent>,
    /// When something was last told.
    told: Mutex<Option<Instant>>,
    /// Cancelled when the server stops; streams end by it.
    pub shutdown: CancellationToken,
    /// The way in for reports.
    pub intake: Intake,
    editions: RwLock<Arc<Editions>>,
    calendar: RwLock<Arc<Calendar>>,
    places: RwLock<Arc<Places>>,
    directory: RwLock<Arc<Directory>>,
    leadership: RwLock<Arc<Leadership>>,
    schemes: RwLock<Arc<Schemes>>,
    /// How often any of the above was read again.
    held: AtomicU64,
    sessions: Mutex<Sessions>,
    /// Unread notices of those whose open pages were just told.
    unread: Kept<Arc<Actor>, i64>,
    /// What boards are drawn from, by the regions that are seen.
    situations: Kept<Option<Vec<String>>, Arc<Situation>>,
    hashing: Arc<Semaphore>,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// The application over a migrated database, with all it reads in memory; and the writer its reports go to.
    pub async fn load(pool: PgPool, clock: Clock, settings: Settings) -> Result<(App, Writer)> {
        let (intake, writer) = intake::channel();
        let app = App(Arc::new(Inner {
            intake,
            editions: RwLock::default(),
            calendar: RwLock::new(Arc::new(Calendar::new(Default::default(), []))),
            places: RwLock::default(),
            pool,
            clock,
            settings,
            live: broadcast::channel(1_024).0,
            told: Mutex::default(),
            shutdown: CancellationToken::new(),
            directory: RwLock::default(),
            leadership: RwLock::default(),
            schemes: RwLock::default(),
            held: AtomicU64::new(0),
            sessions: Mutex::default(),
            unread: Kept::new(),
            situations: Kept::new(),
            hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
        }));
        app.reload().await?;
        Ok((app, writer))
    }

    /// Reads everything again that is kept in memory.
    pub async fn reload(&self) -> Result<()> {
        let mut conn = self.pool.acquire().await?;
        let editions = crate::plan::store::all(&mut conn).await.map_err(anyhow::Error::from)?;
        let settings = crate::settings::store::all(&mut conn).await?;
        self.hold(&self.editions, Editions::new(editions).under(settings.iter().map(|c| c.setting()).collect()));
        self.hold(&self.places, crate::routing::places::store::load(&mut conn).await?);
        self.hold(&self.schemes, crate::scheme::store::load(&mut conn).await?);
        drop(conn);
        self.reload_calendar().await?;
        self.reload_leadership().await?;
        self.reload_directory().await
    }

    /// Reads the calendar again; call after a change, and when another replica says so.
    pub async fn reload_calendar(&self) -> Result<()> {
        let mut conn = self.pool.acquire().await?;
        let rules = self.edition().map(|e| e.calendar_rules.clone()).unwrap_or_default();
        self.hold(&self.calendar, crate::calendar::store::load(&mut conn, &rules).await?);
        Ok(())
    }

    pub fn editions(&self) -> Arc<Editions> {
        get(&self.editions)
    }

    /// The edition in force today, with the numbers that are set now.
    pub fn edition(&self) -> Result<Arc<Edition>> {
        let now = self.clock.now();
        let date = crate::clock::local(now).date_naive();
        let editions = self.editions();
        let edition = editions.in_force(date).ok_or(Refused::NoEdition { date })?;
        Ok(editions.as_set(edition, now, now))
    }

    /// An edition as its text has it.
    pub fn edition_of(&self, code: &str) -> Result<Arc<Edition>> {
        let edition = self.editions().by_code(code).cloned();
        Ok(edition.with_context(|| format!("edition {code} is not stored"))?)
    }

    /// The edition an incident is under, with the numbers that are set for it.
    pub fn edition_for(&self, incident: &Incident) -> Result<Arc<Edition>> {
        let edition = self.edition_of(&incident.edition)?;
        Ok(self.editions().as_set(&edition, incident.reported_at, self.clock.now()))
    }

    /// The working days, with the fixed hours as they are set now.
    pub fn calendar(&self) -> Arc<Calendar> {
        let calendar = get(&self.calendar);
        match self.edition() {
            Ok(edition) => ruled(calendar, &edition),
            Err(_) => calendar,
        }
    }

    pub fn places(&self) -> Arc<Places> {
        get(&self.places)
    }

    /// Who leads, and where they are.
    pub fn leadership(&self) -> Arc<Leadership> {
        get(&self.leadership)
    }

    /// The separate documents of the plan that are attached.
    pub fn schemes(&self) -> Arc<Schemes> {
        get(&self.schemes)
    }

    /// Reads the leadership again; call after a change, and when another replica says so.
    pub async fn reload_leadership(&self) -> Result<()> {
        let mut conn = self.pool.acquire().await?;
        self.hold(&self.leadership, crate::leadership::store::load(&mut conn, self.clock.now()).await?);
        Ok(())
    }

    /// Who is who now.
    pub fn directory(&self) -> Arc<Directory> {
        get(&self.directory)
    }

    /// Reads the directory again and forgets remembered sessions. Call after any change to people, posts or regions,
    /// and when another replica says so.
    pub async fn reload_directory(&self) -> Result<()> {
        let mut conn = self.pool.acquire().await?;
        self.hold(&self.directory, crate::person::directory::store::load(&mut conn).await?);
        self.sessions().clear();
        Ok(())
    }

    /// Who holds the token, by its SHA-256. Believed for two seconds without asking again.
    pub async fn actor_by_token(&self, token_hash: [u8; 32], kind: SessionKind) -> Result<Option<Arc<Actor>>> {
        let key = (token_hash, kind);
        if let Some((seen, actor)) = self.sessions().get(&key)
            && seen.elapsed() < SESSION_FRESH
        {
            return Ok(Some(Arc::clone(actor)));
        }
        let mut conn = self.pool.acquire().await?;
        let found = store::actor_by_token(&mut conn, &token_hash, kind, self.clock.now()).await?.map(Arc::new);
        let mut sessions = self.sessions();
        match &found {
            Some(actor) => {
                if sessions.len() >= SESSIONS_KEPT {
                    sessions.clear();
                }
                sessions.insert(key, (Instant::now(), Arc::clone(actor)));
            }
            None => {
                sessions.remove(&key);
            }
        }
        Ok(found)
    }

    /// What the boards of all who see these regions are drawn from; `None` sees the whole city.
    pub async fn situation(&self, regions: Option<Vec<String>>) -> Result<Arc<Situation>> {
        let key = regions.clone();
        let read = async {
            let mut conn = self.pool.acquire().await?;
            Ok(Arc::new(dashboard::store::situation(&mut conn, regions.as_deref(), self.clock.now()).await?))
        };
        self.situations.get(self, key, read).await
    }

    /// How many notices the person has not seen. A person with many pages open, and all who hold a post, are told at
    /// once and ask at once.
    pub async fn unread(&self, actor: &Arc<Actor>) -> Result<i64> {
        let count = async {
            let mut conn = self.pool.acquire().await?;
            Ok(crate::notice::store::unread(&mut conn, actor).await?)
        };
        self.unread.get(self, Arc::clone(actor), count).await
    }

    /// Whose the token was when that was last known, for the language of a page that says the database is away.
    pub fn last_seen(&self, token_hash: [u8; 32], kind: SessionKind) -> Option<Arc<Actor>> {
        self.sessions().get(&(token_hash, kind)).map(|(_, actor)| Arc::clone(actor))
    }

    /// Drops what is remembered of one person's sessions.
    pub fn forget_sessions(&self, person: Uuid) {
        self.sessions().retain(|_, (_, actor)| actor.person != Some(person));
    }

    /// Hashes a password on a blocking thread.
    pub async fn hash_password(&self, password: String) -> Result<String> {
        let _turn = self.hashing.acquire().await.context("hashing has ended")?;
        let hash =
            tokio::task::spawn_blocking(move || password::hash(&password)).await.context("hashing a password")??;
        Ok(hash)
    }

    /// Checks a password on a blocking thread; as slow for an unknown account.
    pub async fn verify_password(&self, password: String, hash: Option<String>) -> Result<bool> {
        let _turn = self.hashing.acquire().await.context("hashing has ended")?;
        let right = tokio::task::spawn_blocking(move || password::verify(&password, hash.as_deref()))
            .await
            .context("checking a password")?;
        Ok(right)
    }

    /// Tells whoever watches. Nobody watching is fine.
    pub fn tell(&self, event: LiveEvent) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        let _ = self.live.send(event);
    }

    /// Whether anything was told so lately.
    pub fn told_within(&self, span: Duration) -> bool {
        let told = *self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.is_some_and(|at| at.elapsed() < span)
    }

    /// A number that changes whenever something held in memory is read again.
    pub fn read_anew(&self) -> u64 {
        self.held.load(Ordering::SeqCst)
    }

    fn hold<T>(&self, kept: &RwLock<Arc<T>>, fresh: T) {
        *kept.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        self.held.fetch_add(1, Ordering::SeqCst);
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The calendar under an edition's hours.
pub fn ruled(calendar: Arc<Calendar>, edition: &Edition) -> Arc<Calendar> {
    let other = match calendar.under(&edition.calendar_rules) {
        Cow::Owned(other) => Some(other),
        Cow::Borrowed(_) => None,
    };
    other.map_or(calendar, Arc::new)
}

fn get<T>(kept: &RwLock<Arc<T>>) -> Arc<T> {
    Arc::clone(&kept.read().unwrap_or_else(PoisonError::into_inner))
}
