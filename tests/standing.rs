//! Standing duties over the API and the pages: kept, missed once the clock has passed the period, a gap the inspector
//! sees, and a figure that equals what the rows say (R151, R153, R154).

use serde_json::{Value, json};

use crate::harness::server::Client;
use crate::harness::town::Town;

const START: &str = "2026-03-24T09:00:00+08:00";
const TAPE: &str = "/api/v1/standing-duties/st.tape_backup/records";

async fn one(client: &Client, path: &str, duty: &str, department: &str) -> Value {
    let items = client.read(path).await["items"].as_array().unwrap().clone();
    let found = items.into_iter().find(|i| i["duty"] == duty && i["department"] == department);
    found.unwrap_or_else(|| panic!("no {duty} of {department} at {path}"))
}

#[tokio::test]
async fn kept_once_in_a_period_and_missed_after_it() {
    let town = Town::at(START).await;
    let tech = town.sign_in("tech2.inf").await;
    let before = one(&tech, "/api/v1/standing-duties", "st.tape_backup", "INF").await;
    assert_eq!((&before["state"], &before["frequency_basis"]), (&json!("open"), &json!("plan")));
    assert_eq!(before["until"], "2026-03-25T00:00:00+08:00");

    for (who, body, status, code) in [
        ("clerk3.ord", json!({"evidence": "x"}), 403, "M_FORBIDDEN"),
        ("insp1.insp", json!({"evidence": "x"}), 403, "M_INSP_READONLY"),
        ("tech2.inf", json!({}), 422, "M_EVIDENCE_MISSING"),
        ("tech2.inf", json!({"evidence": "x", "department": "ORD"}), 422, "M_BAD_VALUE"),
        ("tech2.inf", json!({"proof": "x"}), 422, "M_UNKNOWN_FIELD"),
    ] {
        let client = town.sign_in(who).await;
        for lang in ["zh-Hans", "zh-Hant", "en"] {
            assert_eq!(client.reading(lang).send(TAPE, body.clone(), status).await["code"], code, "{who} {body}");
        }
    }
    assert_eq!(tech.post("/api/v1/standing-duties/st.none/records", json!({"evidence": "x"})).await.0, 404);
    assert_eq!(tech.get("/api/v1/standing-duties?department=ORD").await.0, 403);

    let kept = tech.send(TAPE, json!({"evidence": "磁带 0324"}), 200).await;
    assert_eq!(
        (&kept["state"], &kept["record"]["evidence"], &kept["record"]["by"]),
        (&json!("kept"), &json!("磁带 0324"), &json!("tech2.inf"))
    );
    let again = town.sign_in("head.inf").await.send(TAPE, json!({"evidence": "again"}), 409).await;
    assert_eq!((&again["code"], &again["change"]), (&json!("M_STALE"), &json!("tech2.inf")));

    // The record stays as it is.
    let changed = sqlx::query("update standing_record set evidence = '9'").execute(&town.app.pool).await;
    assert!(changed.is_err_and(|e| e.to_string().contains("M_RECORD_LOCKED")));

    // The next day is another period; nobody keeps it, and the day after it is missed.
    town.clock_to("2026-03-25T09:00:00+08:00").await;
    let next = one(&tech, "/api/v1/standing-duties", "st.tape_backup", "INF").await;
    assert_eq!((&next["state"], &next["missed_from"]), (&json!("open"), &Value::Null));
    town.clock_to("2026-03-26T09:00:00+08:00").await;
    let inspector = town.sign_in("insp1.insp").await;
    let missed = one(&inspector, "/api/v1/standing-duties?department=INF", "st.tape_backup", "INF").await;
    assert_eq!((&missed["missed_from"], &missed["missed_to"]), (&json!("2026-03-25"), &json!("2026-03-25")));
    assert_eq!(missed["last_kept_at"], "2026-03-24T09:00:00+08:00");
    let all = inspector.read("/api/v1/standing-duties").await["items"].as_array().unwrap().len();
    let own = tech.read("/api/v1/standing-duties").await["items"].as_array().unwrap().len();
    assert!(own > 5 && all > 3 * own, "{own} of {all}");
}

#[tokio::test]
async fn the_pages_show_what_is_open_kept_and_missed() {
    let town = Town::at(START).await;
    let head = town.browser("head.inf").await;
    let page = head.page("/department").await;
    assert!(page.contains("id=\"standing\"") && page.contains("action=\"/standing-duties/st.tape_backup\""), "{page}");
    assert!(!page.contains("standing-gaps"), "gaps are the inspection centre's");

    // Refused: what was typed stands on the form.
    let (status, refused) =
        head.post("/standing-duties/st.network_watch", &[("department", "INF"), ("evidence", "  ")]).await;
    assert!(status == 422 && refused.contains("M_EVIDENCE_MISSING"), "{status} {refused}");
    let form = [("department", "INF"), ("evidence", "7 号柜已送")];
    assert_eq!(head.post("/standing-duties/st.tape_backup", &form).await.0, 303);
    let (status, refused) = town
        .browser("tech2.inf")
        .await
        .post("/standing-duties/st.tape_backup", &[("department", "INF"), ("evidence", "8 号柜")])
        .await;
    assert!(status == 409 && refused.contains("8 号柜") && refused.contains("M_STALE"), "{status} {refused}");
    assert_eq!(town.browser("clerk3.ord").await.post("/standing-duties/st.tape_backup", &form).await.0, 403);
    let page = head.page("/department").await;
    assert!(page.contains("7 号柜已送") && !page.contains("action=\"/standing-duties/st.tape_backup\""), "{page}");
    assert_eq!(town.browser("clerk3.ord").await.get("/standing-duties?department=INF").await.0, 403);

    town.clock_to("2026-03-26T09:00:00+08:00").await;
    let inspector = town.browser("insp1.insp").await;
    for (lang, title, frequency) in [
        ("en", "Standing-duty gaps", "Period missed"),
        ("zh-Hans", "常备职责缺漏", "漏做周期"),
        ("zh-Hant", "常備職責缺漏", "漏做週期"),
    ] {
        inspector.post("/language", &[("to", lang), ("next", "/")]).await;
        for path in ["/department", "/standing-duties"] {
            let page = inspector.page(path).await;
            assert!(page.contains(title) && page.contains(frequency), "{lang} {path}: {page}");
            let gap = "/standing-duties?department=INF#st-tape_backup-INF";
            assert!(
                page.contains(gap) && page.contains("2026-03-25") && page.contains("2026-03-24 09:00"),
                "{path}: {page}"
            );
        }
    }
    let looked = inspector.page("/standing-duties?department=INF").await;
    assert!(!looked.contains("<textarea"), "nothing to write for whoever only looks: {looked}");
}

#[tokio::test]
async fn the_figure_equals_what_the_rows_say() {
    let town = Town::at(START).await;
    let tech = town.sign_in("tech2.inf").await;
    tech.send(TAPE, json!({"evidence": "24"}), 200).await;
    town.clock_to("2026-03-26T10:00:00+08:00").await;
    tech.send(TAPE, json!({"evidence": "26"}), 200).await;
    tech.send("/api/v1/standing-duties/st.routine_maintenance/records", json!({"evidence": "week"}), 200).await;
    town.clock_to("2026-04-02T10:00:00+08:00").await;

    // From 24 to 31 March: eight days, six working days, the week to the 29th; and by the month's end what is due
    // monthly or quarterly. Counted from the plan data here, and from the rows by the database.
    let leader = town.sign_in("leader").await;
    let query = "from=2026-03-01&to=2026-03-31";
    let figures = leader.read(&format!("/api/v1/figures?{query}&by=department")).await;
    let group = |code: &str| figures["items"].as_array().unwrap().iter().find(|g| g["key"] == code).unwrap().clone();
    let edition = town.app.edition().unwrap();
    let owed = |code: &str| {
        let own = edition.matrix.standing_duties.iter().filter(|d| d.responsible.iter().any(|r| r == code));
        own.map(|d| match (d.frequency.unit.code(), d.frequency.value) {
            ("per_calendar_day", _) => 8,
            ("per_working_day", _) => 6,
            ("weeks", 1) | ("months", 1 | 3) => 1,
            _ => 0,
        })
        .sum::<i64>()
    };
    for code in ["INF", "ORD", "PUR", "SEC"] {
        let kept: i64 = sqlx::query_scalar(
            "select count(*) from standing_record where department = $1 and period_to between '2026-03-01' and '2026-03-31'",
        )
        .bind(code)
        .fetch_one(&town.app.pool)
        .await
        .unwrap();
        let found = group(code);
        assert_eq!(found["standing_owed"]["value"].as_i64(), Some(owed(code)), "{code}");
        assert_eq!(found["standing_kept"]["value"].as_i64(), Some(kept), "{code}");
        let records = leader.read(found["standing_owed"]["records"].as_str().unwrap()).await;
        let records = records["items"].as_array().unwrap().clone();
        let count = |kept: bool| i64::try_from(records.iter().filter(|r| r["kept"] == kept).count()).unwrap();
        assert_eq!((count(true), count(true) + count(false)), (kept, owed(code)), "{code}");
        assert!(records.iter().all(|r| r["department"] == code), "{code}");
    }
    assert_eq!(group("INF")["standing_kept"]["value"], 3);
    let all = figures["items"].as_array().unwrap().iter().map(|g| g["standing_owed"]["value"].as_i64().unwrap());
    assert_eq!(figures["total"]["standing_owed"]["value"].as_i64(), Some(all.sum()));
    for by in ["region", "month"] {
        let other = leader.read(&format!("/api/v1/figures?{query}&by={by}")).await;
        assert_eq!(other["total"]["standing_owed"]["value"], figures["total"]["standing_owed"]["value"], "{by}");
        let all = other["items"].as_array().unwrap().iter().map(|g| g["standing_owed"]["value"].as_i64().unwrap());
        assert_eq!(other["total"]["standing_owed"]["value"].as_i64(), Some(all.sum()), "{by}");
    }

    let browser = town.browser("leader").await;
    let page = browser.page(&format!("/figures?{query}&department=INF")).await;
    assert!(page.contains(&format!("3/{}", owed("INF"))), "{page}");
    let records = browser.page(&format!("/figures/records?{query}&department=INF&figure=standing_owed")).await;
    assert_eq!(records.matches("<th scope=\"row\">").count(), usize::try_from(owed("INF")).unwrap());
    let (status, csv) = browser.get(&format!("/figures/export/csv?{query}")).await;
    assert!(status == 200 && csv.contains("Standing duties kept"), "{csv}");
}
