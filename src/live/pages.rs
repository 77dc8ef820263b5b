//! `GET /live`: the stream an open page listens to.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until};

use super::Gathered;
use crate::error::Result;
use crate::metrics::Viewer;
use crate::person::Actor;
use crate::person::session::SessionKind;
use crate::refusal::Refused;
use crate::state::{App, LiveEvent};
use crate::web::{Access, Routes, Visitor, errors};

/// The line is shown to be alive so often; pages take three missed beats for a break.
const BEAT: Duration = Duration::from_secs(15);
/// Events of one act arrive together, and are told together.
const TOGETHER: Duration = Duration::from_millis(60);
/// Messages come no closer than this: each costs the page a fetch.
const APART: Duration = Duration::from_millis(700);
/// A page is at most so old when its stream opens; what was told since then is told again.
const PAGE_AGE: Duration = Duration::from_secs(10);
const RETRY: Duration = Duration::from_secs(2);

pub fn routes() -> Routes {
    Routes::new().get("/live", Access::SignedIn, live)
}

async fn live(visitor: Visitor) -> Result<Response> {
    let actor = visitor.actor.clone().ok_or(Refused::SignInFirst)?;
    let app = visitor.app.clone();
    let Some(counted) = Viewer::new(app.settings.streams) else {
        return Ok(errors::busy());
    };
    let events = app.live.subscribe();
    let recent = app.told_within(PAGE_AGE);
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let now = Instant::now();
    let watch = Watch {
        gathered: if recent { Gathered::everything() } else { Gathered::default() },
        token_hash: visitor.token_hash,
        speak_at: now,
        count: 0,
        app,
        actor,
        events,
        beat,
        _counted: counted,
    };
    let stream = stream::unfold(watch, |mut watch| async move { watch.next().await.map(|event| (event, watch)) });
    let mut response = Sse::new(stream).into_response();
    // A proxy that gathers the stream before sending it would make it useless.
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// One open stream.
struct Watch {
    app: App,
    actor: Arc<Actor>,
    token_hash: Option<[u8; 32]>,
    events: Receiver<LiveEvent>,
    beat: Interval,
    gathered: Gathered,
    /// The next message goes out no earlier.
    speak_at: Instant,
    count: u64,
    _counted: Viewer,
}

impl Watch {
    /// The next event of the stream; `None` ends it: the server stops, or the session has ended.
    async fn next(&mut self) -> Option<Result<Event, Infallible>> {
        let shutdown = self.app.shutdown.clone();
        loop {
            let waiting = !self.gathered.is_empty();
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return None,
                () = sleep_until(self.speak_at), if waiting => return Some(Ok(self.speak().await)),
                _ = self.beat.tick() => {
                    Box::pin(self.look_up()).await?;
                    return Some(Ok(Event::default().event("beat").retry(RETRY).data("1")));
                }
                event = self.events.recv() => self.hear(event)?,
            }
        }
    }

    fn hear(&mut self, event: Result<LiveEvent, RecvError>) -> Option<()> {
        let silent = self.gathered.is_empty();
        match event {
            Ok(event) => self.gathered.take(&event, &self.actor),
            Err(RecvError::Lagged(_)) => self.gathered = Gathered::everything(),
            Err(RecvError::Closed) => return None,
        }
        if silent {
            self.speak_at = self.speak_at.max(Instant::now() + TOGETHER);
        }
        Some(())
    }

    async fn speak(&mut self) -> Event {
        // Boxed: what a question to the database needs while it runs would otherwise lie in every silent stream.
        let unread = if self.gathered.notices { Box::pin(self.unread()).await } else { None };
        let message = self.gathered.drain(unread);
        self.speak_at = Instant::now() + APART;
        self.count += 1;
        let data = serde_json::to_string(&message).unwrap_or_else(|_| r#"{"topics":["*"]}"#.to_owned());
        Event::default().id(self.count.to_string()).data(data)
    }

    /// A count that can't be had is left out; the page fetches its own.
    async fn unread(&self) -> Option<i64> {
        self.app.unread(&self.actor).await.ok()
    }

    /// Posts may have changed and the session may have ended since. While the database is away nothing is known.
    async fn look_up(&mut self) -> Option<()> {
        let Some(hash) = self.token_hash else {
            return Some(());
        };
        match self.app.actor_by_token(hash, SessionKind::Web).await {
            Ok(Some(actor)) => self.actor = actor,
            Ok(None) => return None,
            Err(error) => tracing::warn!(%error, "a stream could not look up its session"),
        }
        Some(())
    }
}
