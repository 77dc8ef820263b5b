//! Files: taken by what they hold, handed out to be saved, never as a page of ours.

use serde_json::json;

use super::{NOW, at};
use crate::harness::town::{Browser, Town};

async fn incident(town: &Town) -> String {
    let report = json!({
        "sub_kind": "it.voice_board_down", "occurred_at": at("09:18"), "region": "CITY", "description": "x",
        "board": "2", "links_affected": {"ordering": "restricted"},
    });
    let saved = town.sign_in("head.inf").await.send("/api/v1/incidents", report, 201).await;
    saved["number"].as_str().unwrap().to_owned()
}

/// Uploads by hand: a client would clean up the name.
async fn upload(town: &Town, browser: &Browser, number: &str, name: &str, kind: &str, content: &[u8]) -> (u16, String) {
    let mut body = format!(
        "--BOUND\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--BOUND--\r\n");
    let post = browser.http.post(format!("{}/incidents/{number}/attachments", town.url));
    let post =
        post.header("content-type", "multipart/form-data; boundary=BOUND").header("sec-fetch-site", "same-origin");
    let answer = post.body(body).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn what_could_run_is_not_taken() {
    let town = Town::at(NOW).await;
    let number = incident(&town).await;
    let browser = town.browser("head.inf").await;
    let jpeg: &[u8] = &[0xff, 0xd8, 0xff, 0xe0];
    for (name, kind, content) in [
        ("x.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice()),
        ("x.html", "text/html", b"<script>alert(1)</script>"),
        ("x.htm", "image/jpeg", jpeg),
        ("x.xhtml", "application/xhtml+xml", b"<html/>"),
        ("x.js", "text/javascript", b"alert(1)"),
        ("x.jpg", "image/jpeg", b"<script>alert(1)</script>"),
        ("x.png", "image/png", b"\x89PNG but not quite"),
        ("x.pdf", "application/pdf", b"<html>%PDF-1.4"),
        ("x.jpg.html", "image/jpeg", jpeg),
        ("x.jpg\0.html", "image/jpeg", jpeg),
        ("x.html;.txt\0", "text/plain", b"\0"),
        ("x", "image/jpeg", jpeg),
        ("x.", "image/jpeg", jpeg),
        (".jpg/", "image/jpeg", jpeg),
        ("x.exe", "application/octet-stream", b"MZ"),
        ("x.zip", "application/zip", b"PK\x03\x04"),
        ("x.docm", "application/msword", b"PK\x03\x04"),
        ("x.xlsm", "application/msword", b"PK\x03\x04"),
        ("x.txt", "text/plain", b""),
        ("", "text/plain", b"x"),
    ] {
        let (status, page) = upload(&town, &browser, &number, name, kind, content).await;
        assert_eq!(status, 422, "{name:?}: {page}");
        assert!(!page.contains("<script>alert"), "{name:?}");
    }
    let kept: i64 = sqlx::query_scalar("select count(*) from attachment").fetch_one(&town.app.pool).await.unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn what_is_taken_is_handed_out_to_be_saved() {
    let town = Town::at(NOW).await;
    let number = incident(&town).await;
    let browser = town.browser("head.inf").await;
    let polyglot = [&[0xff, 0xd8, 0xff, 0xe0][..], b"<script>alert(1)</script>"].concat();
    for (name, kind, content, shown, served) in [
        ("note.txt", "text/html", b"<script>alert(1)</script>".as_slice(), "note.txt", "text/plain; charset=utf-8"),
        ("photo.JPG", "text/html", polyglot.as_slice(), "photo.JPG", "image/jpeg"),
        ("../../../etc/passwd.txt", "text/plain", b"x", "passwd.txt", "text/plain; charset=utf-8"),
        ("C:\\\\windows\\\\x.txt", "text/plain", b"y", "x.txt", "text/plain; charset=utf-8"),
        ("gpj.\u{202e}exe.txt", "text/plain", b"z", "gpj.\u{202e}exe.txt", "text/plain; charset=utf-8"),
        ("<b id=zz>.txt", "text/plain", b"b", "<b id=zz>.txt", "text/plain; charset=utf-8"),
        ("a;b=c'd,e.txt", "text/plain", b"c", "a;b=c'd,e.txt", "text/plain; charset=utf-8"),
        ("现场 👩‍🚒.txt", "text/plain", b"d", "现场 👩‍🚒.txt", "text/plain; charset=utf-8"),
    ] {
        let (status, page) = upload(&town, &browser, &number, name, kind, content).await;
        assert_eq!(status, 303, "{name:?}: {page}");
        let (id, kept): (uuid::Uuid, String) =
            sqlx::query_as("select id, name from attachment order by at desc, id desc limit 1")
                .fetch_one(&town.app.pool)
                .await
                .unwrap();
        assert_eq!(kept, shown);
        let answer =
            browser.http.get(format!("{}/incidents/{number}/attachments/{id}", town.url)).send().await.unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), served, "{name:?}: by what it is, not by what was said");
        let disposition = header("content-disposition");
        let quiet = disposition.chars().all(|c| c.is_ascii_graphic() || c == ' ');
        assert!(disposition.starts_with("attachment; filename*=UTF-8''") && quiet, "{disposition}");
        assert!(!disposition.contains(['"', '<', '/', '\\', ',']), "{disposition}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("content-security-policy").contains("default-src 'self'"));
        assert!(header("cache-control").contains("no-store"));
        assert_eq!(answer.bytes().await.unwrap(), content, "byte for byte");
    }
    let page = browser.page(&format!("/incidents/{number}")).await;
    assert!(!page.contains("<b id=zz") && !page.contains("<script>alert"));
}
