//! From the command line to a served address, and back down again in order.

mod commands;
mod demo;
mod door;
pub mod log;
mod practice;
mod prepare;
mod say;
mod work;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use door::Door;

use crate::clock::Clock;
use crate::config::{Command, Config, Demo, Secret};
use crate::db::{Pool, line};
use crate::postgres::Cluster;
use crate::state::{App, Settings};
use crate::web::session::hash;
use crate::{intake, live, worker};

/// Connections to the database. Requests wait for one; more would only make the database slower.
const CONNECTIONS: u32 = 24;
/// How long requests under way are waited for when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// What the command line says of any server, whatever it serves.
fn settings(config: &Config) -> Settings {
    let token = config.metrics_token.as_ref().map(Secret::expose).filter(|token| !token.is_empty());
    Settings {
        secure_cookies: config.secure_cookies,
        trust_proxy: config.trust_proxy,
        streams: config.streams,
        metrics_token: token.map(hash),
        ..Settings::default()
    }
}

/// A database that is ready, and how it is to be served.
struct House {
    pool: Pool,
    clock: Clock,
    settings: Settings,
    /// The private PostgreSQL, where the database is ours to stop.
    cluster: Option<Cluster>,
    /// What to tell the person who started us, once the address is known.
    welcome: say::Welcome,
}

/// Does what the command line asks for; serves until told to stop when it asks for nothing else.
///
/// # Errors
/// Whatever kept it from starting, in words that say what to do.
pub async fn run(config: Config) -> anyhow::Result<()> {
    match &config.command {
        Some(Command::CreateAdmin(admin)) => commands::create_admin(&config, admin).await,
        Some(Command::LoadCity(city)) => commands::load_city(&config, city).await,
        Some(Command::Demo(Demo::Clear)) => demo::clear(&config).await,
        None => serve(&config).await,
    }
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    let mut stop = Stop::listen()?;
    // An address in use is found before anything is prepared for it.
    drop(bind(config.listen).await?);
    let prepared = async {
        if config.practice {
            practice::house(config).await
        } else if config.database_url().is_some() {
            work::house(config).await
        } else {
            demo::house(config).await
        }
    };
    let house = tokio::select! {
        house = prepared => house?,
        // What was begun is dropped, and a PostgreSQL of ours ends with it.
        () = stop.asked() => return Ok(()),
    };
    let House { pool, clock, settings, cluster, welcome } = house;
    let served = serve_on(config.listen, &pool, clock, settings, welcome, stop).await;
    // Connections still busy are cut off with the process, or by the cluster's end.
    let _ = timeout(GRACE, pool.close()).await;
    if let Some(cluster) = cluster {
        cluster.stop().await;
    }
    served
}

async fn serve_on(
    address: SocketAddr,
    pool: &Pool,
    clock: Clock,
    settings: Settings,
    welcome: say::Welcome,
    mut stop: Stop,
) -> anyhow::Result<()> {
    let running = Running::start(pool.clone(), clock, settings, Pace::ByItself).await?;
    let app = running.app.clone();
    let listener = bind(address).await?;
    let address = listener.local_addr()?;
    let listener = Door::new(listener).tap_io(|_| ());
    let service = crate::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = app.shutdown.clone().cancelled_owned();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stopping);
    let mut serving = tokio::spawn(serving.into_future());
    welcome.say(address, &app);
    let early = tokio::select! {
        ended = &mut serving => Some(ended),
        () = stop.asked() => None,
    };
    app.shutdown.cancel();
    match early {
        Some(ended) => ended.context("serving")?.context("serving")?,
        None => {
            say::step("Stopping");
            tokio::spawn(async move {
                stop.asked().await;
                // Asked twice: it ends where it stands.
                std::process::exit(130);
            });
            // Who has not been answered by then is cut off.
            let _ = timeout(GRACE, &mut serving).await;
        }
    }
    running.stop().await;
    Ok(())
}

/// Whether time passes by itself, or whoever holds the application moves it.
#[derive(PartialEq)]
enum Pace {
    ByItself,
    ByHand,
}

/// The application with what works behind it.
struct Running {
    app: App,
    writer: JoinHandle<()>,
    writer_stop: CancellationToken,
    helpers: Vec<JoinHandle<()>>,
}

impl Running {
    async fn start(pool: Pool, clock: Clock, settings: Settings, pace: Pace) -> anyhow::Result<Running> {
        let (app, writer) = App::load(pool, clock, settings).await?;
        let writer_stop = CancellationToken::new();
        let window = app.duplicate_window();
        let (pool, clock) = (app.pool.clone(), app.clock.clone());
        let writer = intake::run(writer, pool, clock, window, writer_stop.clone());
        let mut helpers = Vec::new();
        if pace == Pace::ByItself {
            helpers.push(tokio::spawn(line::watch(app.pool.clone(), app.clock.clone(), app.shutdown.clone())));
            helpers.push(tokio::spawn(worker::run(app.clone())));
            helpers.push(tokio::spawn(live::store::listen(app.clone())));
        }
        Ok(Running { writer: tokio::spawn(writer), writer_stop, helpers, app })
    }

    /// Lets what is under way end: first those who may still report, then the writer of reports.
    async fn stop(self) {
        self.app.shutdown.cancel();
        for helper in self.helpers {
            let _ = timeout(GRACE, helper).await;
        }
        self.writer_stop.cancel();
        let _ = timeout(GRACE, self.writer).await;
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} can't be listened on; choose another with --listen ADDRESS:PORT"))
}

/// Ctrl-C and SIGTERM, listened for from the beginning on: they count even where the one who started us had them
/// ignored.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    fn listen() -> std::io::Result<Stop> {
        Ok(Stop { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Returns when one of them comes.
    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
