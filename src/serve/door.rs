//! The way in for connections: bounded in number, and each in the time it may take.
//!
//! Whoever sends a request byte by byte, or never reads the answer, holds a connection and a task for as long as he
//! likes; enough of them, and nobody else gets in.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, Sleep, sleep_until};

/// How long what may take.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// A request, from its first byte to the first of the answer. The longest act is far shorter.
    request: Duration,
    /// A large body gets more, at this many bytes a second: a photo over a poor line.
    slowest: u32,
    /// A connection on which nothing happens. Streams beat every quarter of a minute.
    idle: Duration,
    /// An answer nobody reads.
    unread: Duration,
}

const PATIENCE: Patience = Patience {
    request: Duration::from_secs(30),
    slowest: 2_000,
    idle: Duration::from_secs(75),
    unread: Duration::from_secs(30),
};
/// Files the process keeps for itself: the database, the log, standard streams.
const OWN_FILES: u64 = 200;
/// After an error of the system, such as having no file left.
const BREATH: Duration = Duration::from_millis(100);

pub(super) struct Door {
    listener: TcpListener,
    open: Arc<AtomicUsize>,
    most: usize,
}

impl Door {
    /// Takes as many connections as the system lets this process have.
    pub(super) fn new(listener: TcpListener) -> Door {
        Door { listener, open: Arc::default(), most: usize::try_from(files().saturating_sub(OWN_FILES)).unwrap_or(64) }
    }
}

impl Listener for Door {
    type Io = Guarded;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Guarded, SocketAddr) {
        loop {
            match self.listener.accept().await {
                // One more than there is room for is shut out, so that those inside are served.
                Ok(_) if self.open.load(Relaxed) >= self.most => tracing::warn!("no room for another connection"),
                Ok((stream, from)) => {
                    // A small answer is not held back for more to send with it.
                    let _ = stream.set_nodelay(true);
                    return (Guarded::new(stream, Arc::clone(&self.open), PATIENCE), from);
                }
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) => {}
                Err(error) => {
                    tracing::error!(%error, "a connection could not be taken");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Files this process may have open, after asking for as many as it is allowed.
fn files() -> u64 {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return 1_024;
    };
    match setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
        Ok(()) => hard,
        Err(_) => soft,
    }
}

/// A connection that ends when it takes too long.
pub(super) struct Guarded {
    stream: TcpStream,
    open: Arc<AtomicUsize>,
    /// When something last went out.
    spoke: Instant,
    /// Since when the bytes of a request have been coming, and how many have.
    coming: Option<(Instant, u32)>,
    /// Since when the other side has taken nothing.
    unread: Option<Instant>,
    alarm: Pin<Box<Sleep>>,
    patience: Patience,
}

impl Guarded {
    fn new(stream: TcpStream, open: Arc<AtomicUsize>, patience: Patience) -> Guarded {
        open.fetch_add(1, Relaxed);
        let now = Instant::now();
        let alarm = Box::pin(sleep_until(now + patience.idle));
        Guarded { stream, open, spoke: now, coming: None, unread: None, alarm, patience }
    }

    fn deadline(&self) -> Instant {
        let Patience { request, slowest, idle, unread } = self.patience;
        let reading = match self.coming {
            Some((since, bytes)) => since + request + Duration::from_secs((bytes / slowest).into()),
            None => self.spoke + idle,
        };
        self.unread.map_or(reading, |since| reading.min(since + unread))
    }

    /// Pending while there is time. The alarm is set anew only when it rings, which is once in a while.
    fn time_is_up(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let deadline = self.deadline();
        if deadline < self.alarm.deadline() {
            self.alarm.as_mut().reset(deadline);
        }
        while self.alarm.as_mut().poll(cx).is_ready() {
            if self.deadline() <= Instant::now() {
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            let deadline = self.deadline();
            self.alarm.as_mut().reset(deadline);
        }
        Poll::Pending
    }

    /// After a try to send: something went, or the other side takes nothing.
    fn sent<T>(&mut self, cx: &mut Context<'_>, sent: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match sent {
            Poll::Ready(done) => {
                self.spoke = Instant::now();
                (self.coming, self.unread) = (None, None);
                Poll::Ready(done)
            }
            Poll::Pending => {
                self.unread.get_or_insert_with(Instant::now);
                self.time_is_up(cx).map(Err)
            }
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Relaxed);
    }
}

impl AsyncRead for Guarded {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buffer) {
            Poll::Ready(done) => {
                let read = u32::try_from(buffer.filled().len() - before).unwrap_or(u32::MAX);
                let coming = self.coming.get_or_insert_with(|| (Instant::now(), 0));
                coming.1 = coming.1.saturating_add(read);
                Poll::Ready(done)
            }
            Poll::Pending => self.time_is_up(cx).map(Err),
        }
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let sent = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.sent(cx, sent)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let sent = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.sent(cx, sent)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::{sleep, timeout};

    use super::*;

    const SHORT: Patience = Patience {
        request: Duration::from_millis(150),
        slowest: 1_000_000,
        idle: Duration::from_millis(400),
        unread: Duration::from_millis(150),
    };

    async fn pair() -> (TcpStream, Guarded) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (client, server) = tokio::join!(TcpStream::connect(listener.local_addr().unwrap()), listener.accept());
        (client.unwrap(), Guarded::new(server.unwrap().0, Arc::default(), SHORT))
    }

    async fn reads_on(guarded: &mut Guarded) -> io::Error {
        let mut buffer = [0; 64];
        let reading = async {
            loop {
                if let Err(error) = guarded.read(&mut buffer).await {
                    return error;
                }
            }
        };
        timeout(Duration::from_secs(5), reading).await.expect("it is borne for ever")
    }

    #[tokio::test]
    async fn a_request_byte_by_byte_is_not_borne() {
        let (mut client, mut guarded) = pair().await;
        let begun = Instant::now();
        let dripping = tokio::spawn(async move {
            while client.write_all(b"x").await.is_ok() {
                sleep(Duration::from_millis(20)).await;
            }
        });
        assert_eq!(reads_on(&mut guarded).await.kind(), io::ErrorKind::TimedOut);
        assert!(begun.elapsed() < Duration::from_secs(2));
        dripping.abort();
    }

    #[tokio::test]
    async fn a_silent_connection_ends_and_one_that_is_spoken_to_does_not() {
        let (_client, mut guarded) = pair().await;
        for _ in 0..6 {
            guarded.write_all(b"beat").await.unwrap();
            let waited = timeout(Duration::from_millis(100), guarded.read(&mut [0; 8])).await;
            assert!(waited.is_err(), "a stream that beats is kept: {waited:?}");
        }
        assert_eq!(reads_on(&mut guarded).await.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn an_answer_nobody_reads_is_given_up() {
        let (_client, mut guarded) = pair().await;
        let much = vec![0; 64 * 1024 * 1024];
        let sent = timeout(Duration::from_secs(5), guarded.write_all(&much)).await.expect("it is borne for ever");
        assert_eq!(sent.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
