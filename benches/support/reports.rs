//! Reports nobody has sent before: over HTTP, or straight through the write path.

use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, anyhow, ensure};
use futures::future::try_join_all;
use serde_json::{Map, Value, json};
use uuid::Uuid;
use zhihui::response::intake::Receipt;
use zhihui::state::App;

use super::client::Client;
use super::stage;

/// What is open, in turn: sub-kind and the field that tells one from another.
const KINDS: [(&str, &str); 3] =
    [("it.voice_board_down", "board"), ("it.scan_platform_fault", "device"), ("it.order_terminal_fault", "terminal")];

/// What clerks send, each with a token of their own.
pub struct Reports {
    pub tokens: Vec<String>,
    pub sent: AtomicUsize,
}

impl Reports {
    pub fn new(tokens: Vec<String>) -> Reports {
        Reports { tokens, sent: AtomicUsize::new(0) }
    }

    /// A clerk's report of a voice board nobody has named before.
    pub fn write(&self, client: usize, to: &mut Vec<u8>) {
        let board = self.sent.fetch_add(1, Ordering::Relaxed);
        let body = json!({
            "sub_kind": "it.voice_board_down",
            "occurred_at": "2026-03-02T09:15:00+08:00",
            "region": "CITY",
            "description": "订货热线语音板无响应，来电全部忙音，已重启一次无效。",
            "board": format!("语音板 {board:06}"),
        });
        let mut headers = String::new();
        let token = &self.tokens[client % self.tokens.len()];
        let _ = write!(headers, "Authorization: Bearer {token}\r\nIdempotency-Key: {}\r\n", Uuid::new_v4());
        to.extend_from_slice(&stage::post("/api/v1/incidents", &headers, &body.to_string()));
    }

    /// Sends one and answers its number.
    pub async fn one(&self, client: &mut Client) -> Result<String> {
        let mut request = Vec::new();
        self.write(0, &mut request);
        let answer = client.send(&request).await?;
        let read: Value = serde_json::from_slice(client.body(answer))?;
        ensure!(answer.status == 201, "a report: {read}");
        Ok(read["number"].as_str().context("no number")?.to_owned())
    }
}

/// Opens incidents through the write path, many at once; answers their numbers.
pub async fn open(app: &App, numbers: std::ops::Range<usize>) -> Result<Vec<String>> {
    let directory = app.directory();
    let clerk = directory.by_login(stage::clerk(0)).context("no clerk")?.actor();
    let mut opened = Vec::with_capacity(numbers.len());
    let numbers: Vec<usize> = numbers.collect();
    for some in numbers.chunks(2_000) {
        let reports = some.iter().map(|n| {
            let (sub_kind, field) = KINDS[n % KINDS.len()];
            let mut body = Map::new();
            for (name, value) in [
                ("sub_kind", json!(sub_kind)),
                ("occurred_at", json!("2026-03-02T09:15:00+08:00")),
                ("region", json!("CITY")),
                ("description", json!("来电全部忙音，已重启一次无效，等待技术人员到场处理。")),
                (field, json!(format!("设备 {n:06}"))),
            ] {
                body.insert(name.to_owned(), value);
            }
            let (app, clerk) = (app.clone(), clerk.clone());
            async move {
                match app.report(&clerk, body, None).await {
                    Ok(Receipt::Opened(case)) => Ok(case.incident.number.clone()),
                    Ok(other) => Err(anyhow!("reporting {sub_kind}: {other:?}")),
                    Err(error) => Err(anyhow!("reporting {sub_kind}: {error:?}")),
                }
            }
        });
        opened.extend(try_join_all(reports).await?);
    }
    Ok(opened)
}
