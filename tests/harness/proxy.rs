//! A line between the server and its database that a test can cut, slow down or let fall silent.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// How the line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Open,
    /// Everything takes so long more, each way.
    Slow(Duration),
    /// Connections are ended, and new ones at once.
    Cut,
    /// Nothing passes and nothing is said: connections stay open for good, new ones too. Those that were open when the
    /// line fell silent stay so even after it is well again.
    Silent,
}

#[derive(Debug, Clone, Copy)]
struct State {
    mode: Mode,
    upstream: SocketAddr,
}

pub struct Proxy {
    pub address: SocketAddr,
    state: Arc<watch::Sender<State>>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    pub async fn before(upstream: SocketAddr) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(watch::channel(State { mode: Mode::Open, upstream }).0);
        let shared = Arc::clone(&state);
        let accepting = tokio::spawn(async move {
            // Ends with this task: whatever fell silent is held until then.
            let mut lines = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                lines.spawn(carry(client, shared.subscribe()));
            }
        });
        Proxy { address, state, accepting }
    }

    pub fn set(&self, mode: Mode) {
        self.state.send_modify(|state| state.mode = mode);
    }

    /// From now on new connections lead there.
    pub fn lead_to(&self, upstream: SocketAddr) {
        self.state.send_modify(|state| state.upstream = upstream);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(client: TcpStream, mut state: watch::Receiver<State>) {
    let State { mode, upstream } = *state.borrow_and_update();
    match mode {
        Mode::Cut => return,
        Mode::Silent => {
            let _held = client;
            return std::future::pending().await;
        }
        Mode::Open | Mode::Slow(_) => {}
    }
    let Ok(server) = TcpStream::connect(upstream).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let pumps = (pump(from_client, to_server, state.clone()), pump(from_server, to_client, state.clone()));
    let mut pumps = std::pin::pin!(async {
        tokio::select! { () = pumps.0 => {}, () = pumps.1 => {} }
    });
    loop {
        tokio::select! {
            () = &mut pumps => return,
            changed = state.changed() => {
                let mode = changed.map(|()| state.borrow_and_update().mode);
                match mode {
                    Ok(Mode::Open | Mode::Slow(_)) => {}
                    // Both ends stay open, and nothing passes.
                    Ok(Mode::Silent) => return std::future::pending().await,
                    Ok(Mode::Cut) | Err(_) => return,
                }
            }
        }
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, state: watch::Receiver<State>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let mode = state.borrow().mode;
        if let Mode::Slow(delay) = mode {
            tokio::time::sleep(delay).await;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
