//! Listens to the database for all pages of this replica.

use std::time::Duration;

use sqlx::PgConnection;
use sqlx::postgres::PgListener;

use super::{CHANNEL, News, kind};
use crate::db::{self, Away, line};
use crate::error::Result;
use crate::state::{App, LiveEvent};

/// How long to wait before trying again after the database went away.
const AGAIN: Duration = Duration::from_secs(1);

/// Passes on what any replica did, until the server stops. After a break everybody looks at everything again.
pub async fn listen(app: App) {
    loop {
        let heard = tokio::select! {
            () = app.shutdown.cancelled() => return,
            heard = hear(&app) => heard,
            () = line::lost() => Err(Away.into()),
        };
        if let Err(error) = heard {
            tracing::warn!(%error, "not listening to the database; trying again");
        }
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(AGAIN) => {}
        }
    }
}

async fn hear(app: &App) -> Result<()> {
    // Whoever listens holds a connection for good, and on a silent line would never give it back to the pool.
    let mut listener = PgListener::connect_with(&db::alone(&app.pool)).await?;
    listener.listen(CHANNEL).await?;
    // What happened before we listened was not heard.
    resync(app).await?;
    loop {
        let Some(first) = listener.try_recv().await? else {
            resync(app).await?;
            continue;
        };
        let mut news = News::default();
        news.read(first.payload());
        while let Some(next) = listener.next_buffered() {
            news.read(next.payload());
        }
        pass_on(app, news).await?;
    }
}

async fn resync(app: &App) -> Result<()> {
    app.reload().await?;
    app.tell(plain(kind::EVERYTHING));
    Ok(())
}

async fn pass_on(app: &App, news: News) -> Result<()> {
    if news.editions {
        app.reload().await?;
        app.tell(plain(kind::EDITIONS));
    } else {
        if news.directory {
            app.reload_directory().await?;
        }
        if news.calendar {
            app.reload_calendar().await?;
        }
        if news.leadership {
            app.reload_leadership().await?;
        }
    }
    if news.directory {
        app.tell(plain(kind::DIRECTORY));
    }
    if news.calendar {
        app.tell(plain(kind::CALENDAR));
    }
    if news.directives {
        app.tell(plain(kind::DIRECTIVES));
    }
    if news.leadership {
        app.tell(plain(kind::LEADERSHIP));
    }
    if news.everything {
        app.tell(plain(kind::EVERYTHING));
        return Ok(());
    }
    if !news.incidents.is_empty() {
        let numbers: Vec<String> = news.incidents.into_iter().collect();
        let mut conn = app.pool.acquire().await?;
        for event in changed(&mut conn, &numbers).await? {
            app.tell(event);
        }
    }
    for to in news.notices {
        app.tell(LiveEvent { kind: kind::NOTICE.to_owned(), id: to, ..LiveEvent::default() });
    }
    Ok(())
}

/// The incidents as they stand, by number; whoever listens sees where they are and decides who may know.
async fn changed(conn: &mut PgConnection, numbers: &[String]) -> Result<Vec<LiveEvent>> {
    let rows = sqlx::query!("select number, revision, regions from incident where number = any($1)", numbers)
        .fetch_all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| LiveEvent {
            kind: kind::INCIDENT.to_owned(),
            id: r.number,
            revision: i64::from(r.revision),
            regions: r.regions,
        })
        .collect())
}

fn plain(kind: &str) -> LiveEvent {
    LiveEvent { kind: kind.to_owned(), ..LiveEvent::default() }
}
