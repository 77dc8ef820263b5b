//! An HTTP/1.1 client that costs as little as it can: the load must not be what is measured.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::numbers::Stretch;

/// Writes the nth request into the buffer.
pub type Write = Arc<dyn Fn(usize, &mut Vec<u8>) + Send + Sync>;

/// One keep-alive connection.
pub struct Client {
    stream: TcpStream,
    read: Vec<u8>,
}

/// An answer's status and size on the wire, head included. The body lies in [`Client::body`].
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    pub status: u16,
    pub bytes: usize,
    body: (usize, usize),
}

impl Client {
    pub async fn connect(to: SocketAddr) -> Result<Client> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Client { stream, read: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request written out whole and reads its answer, to the end.
    pub async fn send(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request).await?;
        self.read.clear();
        let head = loop {
            if let Some(end) = find(&self.read, b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let text = std::str::from_utf8(&self.read[..head])?;
        let status = text.get(9..12).and_then(|s| s.parse().ok()).context("no status")?;
        let length = header(text, "content-length").and_then(|v| v.parse::<usize>().ok());
        match length {
            Some(length) => {
                while self.read.len() < head + length {
                    self.more().await?;
                }
            }
            None => {
                let chunked = header(text, "transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked"));
                ensure!(chunked, "neither a length nor chunks: {text}");
                while !self.read.ends_with(b"\r\n0\r\n\r\n") {
                    self.more().await?;
                }
            }
        }
        Ok(Answer { status, bytes: self.read.len(), body: (head, self.read.len()) })
    }

    pub fn body(&self, answer: Answer) -> &[u8] {
        &self.read[answer.body.0..answer.body.1]
    }

    /// The value of a header of the answer just read.
    pub fn header(&self, name: &str) -> Option<&str> {
        let end = find(&self.read, b"\r\n\r\n")?;
        header(std::str::from_utf8(&self.read[..end + 2]).ok()?, name)
    }

    async fn more(&mut self) -> Result<()> {
        let read = self.stream.read_buf(&mut self.read).await?;
        ensure!(read > 0, "the server hung up");
        Ok(())
    }
}

/// Sends over `connections` at once, each its next request as soon as it has the last answer, and counts the answers
/// of `time` after `warm`. `write` puts the next request of a connection into the buffer. Every status must be `expect`.
pub async fn load(
    to: SocketAddr,
    connections: usize,
    (warm, time): (Duration, Duration),
    expect: u16,
    write: Write,
) -> Result<Stretch> {
    let mut clients = Vec::with_capacity(connections);
    for _ in 0..connections {
        clients.push(Client::connect(to).await?);
    }
    let begin = Instant::now() + warm;
    let end = begin + time;
    let tasks: Vec<_> = clients
        .into_iter()
        .enumerate()
        .map(|(n, client)| tokio::spawn(drive(n, client, begin, end, expect, Arc::clone(&write))))
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    Ok(Stretch::of(latencies, time))
}

async fn drive(
    n: usize,
    mut client: Client,
    begin: Instant,
    end: Instant,
    expect: u16,
    write: Write,
) -> Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    let mut request = Vec::new();
    loop {
        let sent = Instant::now();
        if sent >= end {
            return Ok(latencies);
        }
        request.clear();
        write(n, &mut request);
        let answer = client.send(&request).await?;
        ensure!(
            answer.status == expect,
            "{} instead of {expect}: {}",
            answer.status,
            String::from_utf8_lossy(client.body(answer))
        );
        let got = Instant::now();
        if got >= begin && got < end {
            latencies.push(got - sent);
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|w| w == needle)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
