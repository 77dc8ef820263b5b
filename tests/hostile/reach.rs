//! Reaching for what is another region's, another incident's, another person's: by number, by list, by search, by
//! export, by the stream, by somebody else's key.

use futures::StreamExt;
use serde_json::{Value, json};
use zhihui::attachment::Upload;

use super::{NOW, at};
use crate::harness::server::Client;
use crate::harness::town::Town;

const SECRET: &str = "变速箱故障七号机密";

fn van(region: &str, description: &str) -> Value {
    json!({
        "sub_kind": "veh.breakdown_en_route", "occurred_at": at("09:15"), "region": region, "description": description,
        "vehicle": if region == "QZ" { "Q02" } else { "Y01" }, "route": format!("{region}-3"),
        "exact_location": "省道 214 线 37 公里 400 米", "undelivered_customers": 31,
        "links_affected": {"delivery": "restricted"},
    })
}

fn storm(region: &str, description: &str) -> Value {
    json!({
        "sub_kind": "wx.rainstorm", "occurred_at": at("09:15"), "region": region, "description": description,
        "scope": "part_region", "customers_unsupplied": 640, "links_affected": {"delivery": "restricted"},
    })
}

fn number(answer: &Value) -> String {
    answer["number"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// An incident of Qingze with a file, a decision of the Office about it, and one of Yunling.
async fn two_counties(town: &Town) -> (String, String, String, String) {
    let qingze = town.sign_in("head.rmd-qz").await;
    let own = number(&qingze.send("/api/v1/incidents", storm("QZ", SECRET), 201).await);
    let on = |call: &str| format!("/api/v1/incidents/{own}/tasks/wx.report_measures/{call}");
    qingze.send(&on("acknowledgement"), json!({}), 200).await;
    qingze.send(&on("completion"), json!({"evidence": {"cause_note": SECRET}}), 200).await;
    let decide = json!({"incident": own, "kind": "suspend", "areas": ["QZ"], "links": ["delivery"], "from": at("09:30"),
                        "reason": SECRET});
    let decision = number(&town.sign_in("lgo.head").await.send("/api/v1/decisions", decide, 201).await);
    let upload = Upload::check(&format!("{SECRET}.txt"), SECRET.as_bytes().to_vec()).unwrap();
    town.app.attach(&town.actor("head.rmd-qz"), &own, None, &upload).await.unwrap();
    let file: String = sqlx::query_scalar("select id::text from attachment").fetch_one(&town.app.pool).await.unwrap();
    let other = town.sign_in("head.rmd-yl").await.send("/api/v1/incidents", storm("YL", "云岭暴雨"), 201).await;
    (own, decision, file, number(&other))
}

#[tokio::test]
async fn another_regions_incident_is_out_of_reach() {
    let town = Town::at(NOW).await;
    let (qingze, decision, file, yunling) = two_counties(&town).await;
    let owner = town.browser("head.rmd-qz").await;
    assert!(owner.page(&format!("/incidents/{qingze}")).await.contains(SECRET), "its own people read it");
    let kept = format!("/incidents/{qingze}/attachments/{file}");
    assert_eq!(owner.get(&kept).await, (200, SECRET.to_owned()));

    for login in ["drv.y01", "dm.rmd-yl", "cm1.rmd-lx"] {
        let (browser, program) = (town.browser(login).await, town.sign_in(login).await);
        let mut tried = 0;
        for route in zhihui::routes().table() {
            let subject = route.path.strip_prefix("/api/v1").unwrap_or(route.path);
            let number = match subject.split('/').nth(1).unwrap_or_default() {
                "incidents" | "headquarters" | "reviews" | "report" => &qingze,
                "decisions" => &decision,
                _ => continue,
            };
            if !route.path.contains("{number}") {
                continue;
            }
            let path: Vec<&str> = route
                .path
                .split('/')
                .map(|part| match part {
                    "{number}" => number.as_str(),
                    "{id}" => &file,
                    "{task}" | "{key}" => "wx.phone_customers",
                    "{format}" => "csv",
                    part => part,
                })
                .collect();
            let mut path = path.join("/");
            if path.ends_with("/preview") {
                path += "?severity=major";
            }
            let (status, answer) = match (route.method, route.path.starts_with("/api/")) {
                ("GET", true) => text(program.get(&path).await),
                ("GET", false) => browser.get(&path).await,
                (_, true) => text(program.post(&path, json!({})).await),
                (_, false) => browser.post(&path, &[("text", "x"), ("reason", "x")]).await,
            };
            let what = format!("{} {path} as {login}", route.method);
            assert!((400..500).contains(&status), "{what}: {status} {answer}");
            assert!(!answer.contains(SECRET), "{what} tells");
            if route.method == "GET" {
                assert!(status == 403 || status == 404, "{what}: {status}");
            }
            tried += 1;
        }
        assert!(tried > 60, "{tried}");

        // Lists, searches, addresses that name the region.
        for path in [
            "/".to_owned(),
            "/incidents".to_owned(),
            format!("/incidents?q={SECRET}"),
            format!("/incidents?q={qingze}"),
            "/incidents?region=QZ".to_owned(),
            "/incidents?state=closed&region=QZ".to_owned(),
            "/department".to_owned(),
            "/department?of=RMD-QZ".to_owned(),
            "/board".to_owned(),
            "/wall".to_owned(),
            "/driver".to_owned(),
            "/notices".to_owned(),
            "/directives".to_owned(),
            "/figures/records".to_owned(),
        ] {
            let (_, page) = browser.get(&path).await;
            let told = page.contains(SECRET) && !path.contains(SECRET);
            assert!(!told, "{path} as {login} tells what was reported");
            assert!(!page.contains(&format!("href=\"/incidents/{qingze}")), "{path} as {login} leads there");
        }
        for path in [
            "/api/v1/incidents".to_owned(),
            "/api/v1/incidents?region=QZ".to_owned(),
            format!("/api/v1/incidents?cursor={qingze}"),
            "/api/v1/notices".to_owned(),
            "/api/v1/decisions".to_owned(),
            "/api/v1/service-states".to_owned(),
            "/api/v1/departments/RMD-QZ/tasks".to_owned(),
            "/api/v1/figures/records".to_owned(),
        ] {
            let (_, answer) = text(program.get(&path).await);
            assert!(!answer.contains(SECRET), "{path} as {login}");
            assert!(
                !answer.contains(&qingze) || path.contains(&qingze) && !answer.contains("\"items\":[{"),
                "{path} as {login}: {answer}"
            );
        }
    }

    // The right number of the wrong incident: the file hangs on its own.
    let neighbour = town.browser("dm.rmd-yl").await;
    assert_eq!(neighbour.get(&format!("/incidents/{yunling}/attachments/{file}")).await.0, 404);
    // Not signed in at all.
    let nobody = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for path in [kept, format!("/incidents/{qingze}"), format!("/incidents/{qingze}/export/csv")] {
        assert_eq!(nobody.get(format!("{}{path}", town.url)).send().await.unwrap().status().as_u16(), 303, "{path}");
    }
}

fn text((status, answer): (u16, Value)) -> (u16, String) {
    (status, answer.to_string())
}

/// The stream of an open page: the neighbour's incident stirs, then the own one; only the own one is heard of.
#[tokio::test]
async fn the_stream_tells_of_the_own_region_only() {
    let town = Town::at(NOW).await;
    let (qingze, _, _, yunling) = two_counties(&town).await;
    let browser = town.browser("dm.rmd-yl").await;
    let answer = browser.http.get(format!("{}/live", town.url)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let mut stream = answer.bytes_stream();
    let words = json!({"text": "雨还在下"});
    let (own, other) = (town.sign_in("head.rmd-yl").await, town.sign_in("head.rmd-qz").await);
    other.send(&format!("/api/v1/incidents/{qingze}/comments"), words.clone(), 200).await;
    own.send(&format!("/api/v1/incidents/{yunling}/comments"), words, 200).await;
    let mut heard = String::new();
    let listening = async {
        while !heard.contains(&yunling) {
            heard.push_str(&String::from_utf8_lossy(&stream.next().await.unwrap().unwrap()));
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), listening).await.expect("the own incident is told");
    assert!(!heard.contains(&qingze), "{heard}");
}

/// A key belongs to whom it came from: nobody is answered with another's report by it, or kept from reporting.
#[tokio::test]
async fn anothers_idempotency_key_opens_nothing() {
    let town = Town::at(NOW).await;
    let (qingze, yunling) = (town.sign_in("drv.q02").await, town.sign_in("drv.y01").await);
    let key = "0190-the-same-key";
    let report = async |who: &Client, body: Value| who.post_keyed("/api/v1/incidents", key, &body).await.unwrap();
    let (status, first) = report(&qingze, van("QZ", SECRET)).await;
    assert_eq!(status, 201, "{first}");
    let (status, second) = report(&yunling, van("YL", "另一辆车")).await;
    assert_eq!(status, 201, "{second}");
    assert_ne!(first["number"], second["number"]);
    assert!(!second.to_string().contains(SECRET));
    let (status, again) = report(&qingze, van("QZ", "sent again, changed")).await;
    assert_eq!((status, &again["number"]), (200, &first["number"]), "the same report as before");
    let (status, stolen) = report(&yunling, van("QZ", SECRET)).await;
    assert_eq!(
        (status, &stolen["number"]),
        (200, &second["number"]),
        "one's own report under the key, never the other's"
    );
    let incidents: i64 = sqlx::query_scalar("select count(*) from incident").fetch_one(&town.app.pool).await.unwrap();
    assert_eq!(incidents, 2);
}
