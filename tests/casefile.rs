//! The page of an incident, driven as a browser without script drives it: every act, every refusal in the page with
//! what was typed still there.

use reqwest::multipart::{Form as Multipart, Part};
use serde_json::json;

use crate::harness::town::{Browser, Town};

const CALL: &str = "it.voice.call_neusoft";
const ON_SITE: &str = "it.voice.on_site";
const FALLBACK: &str = "ord.fallback_ordering";

/// Wednesday, 25 minutes before the National Day holiday; a voice board is dead.
async fn board_down() -> (Town, String) {
    let town = Town::at("2026-09-30T17:05:00+08:00").await;
    let number = town.report("clerk3.ord", board("2")).await;
    (town, number)
}

fn board(which: &str) -> serde_json::Value {
    json!({
        "sub_kind": "it.voice_board_down",
        "occurred_at": "2026-09-30T16:58:00+08:00",
        "region": "CITY",
        "description": format!("语音板 {which} 失效，24 条线路断 8 条"),
        "board": which,
        "links_affected": {"ordering": "restricted"},
    })
}

/// Posts a form; the page that comes back must say why not, with the status of the refusal.
async fn refused(browser: &Browser, path: &str, form: &[(&str, &str)], status: u16, code: &str) -> String {
    let (found, page) = browser.post(path, form).await;
    assert_eq!(found, status, "{path}: {page}");
    assert!(page.contains(r#"id="refusal""#), "{path} shows a refusal");
    assert!(page.contains(code), "{path} shows {code}");
    page
}

async fn taken(browser: &Browser, path: &str, form: &[(&str, &str)]) {
    let (status, page) = browser.post(path, form).await;
    assert_eq!(status, 303, "{path}: {page}");
}

#[tokio::test]
async fn the_page_shows_the_incident_whole_in_each_language() {
    let (town, number) = board_down().await;
    let head = town.browser("head.inf").await;
    let path = format!("/incidents/{number}");
    let page = head.page(&path).await;
    for shown in [
        number.as_str(),
        "sev-local",
        "2008-trial",
        "§3.1.8",
        "line-future",
        "Sign for",
        "24 条线路断 8 条",
        "proposed",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(page.contains("Not counted: 1–7 Oct"), "the clock explains itself");
    assert!(page.contains("Will be told"), "what will happen if nobody acts");
    for (lang, word) in [("zh-Hans", "签收时限"), ("zh-Hant", "簽收時限"), ("en", "Sign for by")] {
        taken(&head, "/language", &[("to", lang), ("next", "/")]).await;
        let page = head.page(&path).await;
        assert!(page.contains(&format!(r#"lang="{lang}""#)) && page.contains(word), "{lang}");
    }
    assert_eq!(head.get("/incidents/YJ-20200101-001").await.0, 404);
    let narrowed = head.page(&format!("{path}?department=ORD")).await;
    let line = narrowed.split(r#"id="line""#).nth(1).unwrap().split("</table>").next().unwrap();
    assert!(line.contains("written register") && !line.contains("Neusoft"), "only what concerns ORD: {line}");
}

#[tokio::test]
async fn a_department_signs_acts_and_finishes() {
    let (town, number) = board_down().await;
    let head = town.browser("head.ord").await;
    let at = |act: &str| format!("/incidents/{number}/tasks/{FALLBACK}/{act}");

    let early = [("revision", "1"), ("v_time_log", "17:09–17:16")];
    let page = refused(&head, &at("completion"), &early, 422, "M_ACK_FIRST").await;
    assert!(page.contains("§3.1.12"), "the clause of the task");
    taken(&head, &at("acknowledgement"), &[("revision", "1")]).await;
    let page = refused(&head, &at("acknowledgement"), &[("revision", "1")], 409, "M_STALE").await;
    assert!(page.contains("head.ord"), "who was first");

    let page = refused(&head, &at("completion"), &[("v_nothing", "x")], 422, "M_EVIDENCE_MISSING").await;
    assert!(page.contains(" open><summary>Report done"), "the form stands open");
    taken(&head, &at("progress"), &[("text", "4 spare telephones in use")]).await;
    refused(&head, &at("progress"), &[("text", " ")], 422, "M_REQUIRED").await;
    refused(&head, &at("return"), &[("reason", "")], 422, "M_REFUSE_REASON").await;

    let asked = town.app.edition().unwrap().task(FALLBACK).unwrap().evidence.clone();
    let names: Vec<String> = asked.iter().map(|code| format!("v_{code}")).collect();
    let given: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), "17:09–17:16")).collect();
    taken(&head, &at("completion"), &given).await;
    let page = head.page(&format!("/incidents/{number}")).await;
    assert!(page.contains("17:09–17:16") && page.contains("duty-done"));
}

#[tokio::test]
async fn others_are_told_whose_it_is_and_lose_nothing() {
    let (town, number) = board_down().await;
    let clerk = town.browser("clerk3.ord").await;
    let sign = format!("/incidents/{number}/tasks/{CALL}/acknowledgement");
    refused(&clerk, &sign, &[("revision", "1")], 403, "M_NOT_YOUR_TASK").await;
    let inspector = town.browser("insp1.insp").await;
    refused(&inspector, &sign, &[("revision", "1")], 403, "M_INSP_READONLY").await;
    let level = format!("/incidents/{number}/severity");
    assert_eq!(inspector.post(&level, &[("severity", "major")]).await.0, 403);
    let why = [("severity", "major"), ("reason", "整个城市都停了")];
    let page = refused(&clerk, &level, &why, 403, "M_SEVERITY_NOT_YOURS").await;
    assert!(!page.contains("btn-primary btn-wide"), "no button for what is not theirs");
    assert_eq!(clerk.get(&format!("/incidents/{number}/print")).await.0, 403);

    let head = town.browser("head.inf").await;
    let call = [("party", "neusoft"), ("answer", "明天上午到"), ("at", "2026-10-01T09:00")];
    let contacts = format!("/incidents/{number}/tasks/{CALL}/contacts");
    let page = refused(&head, &contacts, &call, 422, "M_FUTURE_TIME").await;
    assert!(
        page.contains("明天上午到</textarea>") && page.contains(r#"value="2026-10-01T09:00""#),
        "typed text is kept"
    );
    let call = [
        ("party", "neusoft"),
        ("number", "0990-555-0900"),
        ("answer", "明天上午到"),
        ("at", "2026-09-30T17:04"),
        ("promised_at", "2026-10-01T12:00"),
    ];
    let unnumbered: Vec<_> = call.iter().copied().filter(|(name, _)| *name != "number").collect();
    let page = refused(&head, &contacts, &unnumbered, 422, "M_REQUIRED").await;
    assert!(page.contains(r#"field-error"><label for="cn-"#), "the number is asked for");
    taken(&head, &contacts, &call).await;
    let page = head.page(&format!("/incidents/{number}")).await;
    assert!(page.contains("2026-10-01T12:00:00+08:00"), "the promise is counted down to");
}

#[tokio::test]
async fn assigned_returned_and_moved() {
    let (town, number) = board_down().await;
    let head = town.browser("head.inf").await;
    let at = |act: &str| format!("/incidents/{number}/tasks/{ON_SITE}/{act}");
    let page = refused(&head, &at("assignment"), &[("to", "nobody")], 422, "M_BAD_VALUE").await;
    assert!(page.contains("a member of the department"));
    taken(&head, &at("assignment"), &[("to", "tech1.inf")]).await;
    taken(&head, &at("return"), &[("reason", "属于订单部")]).await;
    let leader = town.browser("leader").await;
    let page = leader.page(&format!("/incidents/{number}")).await;
    assert!(page.contains("属于订单部") && page.contains(r#"name="to""#), "the officer may move it");
    refused(&head, &at("move"), &[("to", "ORD"), ("reason", "x")], 403, "M_NOT_YOUR_TASK").await;
    refused(&leader, &at("move"), &[("to", "ORD"), ("reason", " ")], 422, "M_REFUSE_REASON").await;
    taken(&leader, &at("move"), &[("to", "ORD"), ("reason", "订单部的设备")]).await;
    let case = town.app.case(&town.actor("leader"), &number).await.unwrap().0;
    assert_eq!(case.task(ON_SITE).unwrap().department, "ORD");
}

#[tokio::test]
async fn the_leadership_sets_the_level_and_conditions() {
    let (town, number) = board_down().await;
    let leader = town.browser("leader").await;
    let level = format!("/incidents/{number}/severity");
    let page = refused(&leader, &level, &[("severity", "major"), ("reason", " ")], 422, "M_REQUIRED").await;
    assert!(page.contains(r#"value="major" checked"#), "the choice is kept");
    taken(&leader, &level, &[("severity", "local")]).await;
    let page = leader.page(&format!("/incidents/{number}")).await;
    assert!(page.contains("Confirmed by"));
    let conditions = format!("/incidents/{number}/conditions");
    refused(&leader, &conditions, &[("condition", "nothing"), ("value", "true")], 422, "M_BAD_VALUE").await;
    taken(&leader, &conditions, &[("condition", "network_affected"), ("value", "true")]).await;
    let ahead = [("at", "2026-10-01T09:00")];
    let page = refused(&leader, &format!("/incidents/{number}/recovery"), &ahead, 422, "M_FUTURE_TIME").await;
    assert!(page.contains(r#"value="2026-10-01T09:00""#));
    taken(&leader, &format!("/incidents/{number}/recovery"), &[("at", "2026-09-30T17:05")]).await;
}

#[tokio::test]
async fn corrections_stand_beside_the_original() {
    let (town, number) = board_down().await;
    let clerk = town.browser("clerk3.ord").await;
    taken(&clerk, &format!("/incidents/{number}/comments"), &[("text", "四部电话可用")]).await;
    let page = clerk.page(&format!("/incidents/{number}")).await;
    let entry = page
        .split(r#"name="entry" value=""#)
        .last()
        .and_then(|rest| rest.split('"').next())
        .expect("an entry of one's own")
        .to_owned();
    let corrections = format!("/incidents/{number}/corrections");
    taken(&clerk, &corrections, &[("entry", &entry), ("text", "六部电话可用")]).await;
    let page = clerk.page(&format!("/incidents/{number}")).await;
    assert!(page.contains("line-corrected") && page.contains("四部电话可用") && page.contains("六部电话可用"));
    let other = town.browser("head.inf").await;
    let words = [("entry", entry.as_str()), ("text", "七部")];
    refused(&other, &corrections, &words, 422, "M_RECORD_LOCKED").await;
}

#[tokio::test]
async fn files_are_kept_with_their_hash() {
    let (town, number) = board_down().await;
    let clerk = town.browser("clerk3.ord").await;
    let send = async |name: &'static str, content: Vec<u8>| {
        let file = Part::bytes(content).file_name(name);
        let body = Multipart::new().text("task", CALL).part("file", file);
        let request = clerk
            .http
            .post(format!("{}/incidents/{number}/attachments", town.url))
            .header("sec-fetch-site", "same-origin")
            .multipart(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, page) = send("page.html", b"<script>alert(1)</script>".to_vec()).await;
    assert!(status == 422 && page.contains("M_REQUIRED") && page.contains("a PDF"), "{status}");
    let mut large = b"%PDF-".to_vec();
    large.resize(10 * 1024 * 1024 + 1, 0);
    let (status, page) = send("large.pdf", large).await;
    assert!(status == 422 && page.contains("at most 10 MB"), "{status}");
    let (status, page) = send("语音板.pdf", b"%PDF-1.4 board 2".to_vec()).await;
    assert_eq!(status, 303, "{page}");

    let page = clerk.page(&format!("/incidents/{number}")).await;
    let hash = "sha256 ";
    assert!(page.contains("语音板.pdf") && page.contains(hash));
    let link = page.split(r#"href="/incidents/"#).find(|part| part.contains("/attachments/")).unwrap();
    let link = format!("/incidents/{}", link.split('"').next().unwrap());
    let answer = clerk.http.get(format!("{}{link}", town.url)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment;"));
    assert_eq!(answer.bytes().await.unwrap().as_ref(), b"%PDF-1.4 board 2");
}

#[tokio::test]
async fn linked_merged_and_taken_apart() {
    let (town, number) = board_down().await;
    let other = town.report("clerk3.ord", board("5")).await;
    let head = town.browser("head.inf").await;
    let links = format!("/incidents/{number}/links");
    let page = refused(&head, &links, &[("number", &other), ("reason", " ")], 422, "M_REQUIRED").await;
    assert!(page.contains(&format!(r#"value="{other}""#)), "the number typed is kept");
    taken(&head, &links, &[("number", &other), ("reason", "同一机柜")]).await;
    assert!(head.page(&format!("/incidents/{other}")).await.contains("同一机柜"));

    let merge = format!("/incidents/{other}/merge");
    refused(&head, &merge, &[("into", &number)], 422, "M_REQUIRED").await;
    taken(&head, &merge, &[("into", &number), ("sure", "1")]).await;
    let page = head.page(&format!("/incidents/{other}")).await;
    assert!(page.contains("Merged into") && page.contains("Undo the merge"));
    let comment = format!("/incidents/{other}/comments");
    refused(&head, &comment, &[("text", "晚到的情况")], 422, "M_MERGED_CLOSED").await;
    taken(&head, &format!("{merge}/undo"), &[]).await;
    assert!(head.page(&format!("/incidents/{other}")).await.contains("Sign for"));
}

#[tokio::test]
async fn closing_says_what_blocks_and_reopening_needs_a_reason() {
    let (town, number) = board_down().await;
    let leader = town.browser("leader").await;
    let closure = format!("/incidents/{number}/closure");
    let form = [("result", "已更换语音板"), ("cause", "电容老化"), ("restored_at", "2026-09-30T17:05")];
    let page = refused(&leader, &closure, &form, 422, "M_CLOSE_BLOCKED").await;
    assert!(page.contains("已更换语音板</textarea>") && page.contains("电容老化</textarea>"), "typed text is kept");
    let clerk = town.browser("clerk3.ord").await;
    refused(&clerk, &closure, &form, 403, "M_FORBIDDEN").await;

    for (login, key) in
        [("deputy", "cmd.local_directive"), ("head.inf", CALL), ("head.inf", ON_SITE), ("head.ord", FALLBACK)]
    {
        finish(&town, login, &number, key).await;
    }
    taken(&leader, &closure, &form).await;
    let page = leader.page(&format!("/incidents/{number}")).await;
    assert!(page.contains("strip-closed") && page.contains("电容老化"));
    let reopening = format!("/incidents/{number}/reopening");
    refused(&leader, &reopening, &[("reason", "")], 422, "M_REOPEN_REASON").await;
    taken(&leader, &reopening, &[("reason", "又断线")]).await;
    assert!(leader.page(&format!("/incidents/{number}")).await.contains("又断线"));

    let paper = leader.page(&format!("/incidents/{number}/print")).await;
    assert!(paper.contains("paper-sheet") && paper.contains("2008-trial"));
    assert!(leader.page(&format!("/incidents/{number}")).await.contains("Exported"), "the export is on record");
}

/// Signs for a task and reports it done, with everything the matrix asks for.
async fn finish(town: &Town, login: &str, number: &str, key: &str) {
    let browser = town.browser(login).await;
    let at = |act: &str| format!("/incidents/{number}/tasks/{key}/{act}");
    let (status, page) = browser.post(&at("acknowledgement"), &[]).await;
    assert!(status == 303, "{key}: {page}");
    let edition = town.app.edition().unwrap();
    let def = edition.task(key).unwrap();
    for party in &def.external {
        taken(&browser, &at("contacts"), &[("party", party), ("number", "110"), ("answer", "ok")]).await;
    }
    if key == ON_SITE {
        // Who came and which number the board has nobody proves by a tick.
        let ticks: Vec<(&str, &str)> = def.evidence.iter().map(|code| ("e", code.as_str())).collect();
        refused(&browser, &at("completion"), &ticks, 422, "M_EVIDENCE_MISSING").await;
    }
    let words: Vec<String> = def.evidence.iter().map(|code| format!("v_{code}")).collect();
    let given: Vec<(&str, &str)> = words.iter().map(|name| (name.as_str(), "0417")).collect();
    taken(&browser, &at("completion"), &given).await;
}

#[tokio::test]
async fn the_list_is_narrowed_and_searched() {
    let (town, number) = board_down().await;
    let other = town.report("clerk3.ord", board("5")).await;
    let head = town.browser("head.inf").await;
    let all = head.page("/incidents").await;
    assert!(all.contains(&number) && all.contains(&other));
    let found = head.page("/incidents?q=%E8%AF%AD%E9%9F%B3%E6%9D%BF+5&state=open&kind=it_failure&severity=local").await;
    assert!(found.contains(&format!("/incidents/{other}")) && !found.contains(&format!("/incidents/{number}\"")));
    let traditional = head.page("/incidents?q=%E8%AA%9E%E9%9F%B3%E6%9D%BF+5").await;
    assert!(traditional.contains(&other) && !traditional.contains(&number), "typed in the other script");
    assert!(head.page("/incidents?state=closed").await.contains("No incident fits"));
}

#[tokio::test]
async fn notices_are_seen_once_opened() {
    let (town, number) = board_down().await;
    let head = town.browser("head.ord").await;
    let before = head.page("/account").await;
    assert!(before.contains("count count-on"), "the bell counts");
    let page = head.page("/notices").await;
    assert!(page.contains("notice-new") && page.contains("Seen by nobody"));
    let again = head.page("/notices").await;
    assert_eq!(page.matches("notice-new").count(), again.matches("notice-new").count(), "the list opens nothing");
    let ids = |page: &str| -> Vec<String> {
        page.split("name=\"notice\" value=\"").skip(1).map(|rest| rest[..36].to_owned()).collect()
    };
    let mut told = ids(&again);
    told.sort();
    told.dedup();
    let notice = format!("/notices/{}", told[0]);
    assert!(head.sent_to(&notice).await.contains(&format!("/incidents/{number}#t-")), "to what it is about");
    assert_eq!(town.browser("head.fin").await.get(&notice).await.0, 404, "nobody opens another's");
    let after = head.page("/notices").await;
    assert!(
        after.matches("Seen by nobody").count() < again.matches("Seen by nobody").count(),
        "who has seen it is shown"
    );
    assert_eq!(after.matches("notice-new").count() + 1, again.matches("notice-new").count());
    for id in &told {
        taken(&head, "/notices/seen", &[("notice", id)]).await;
    }
    assert!(!head.page("/account").await.contains("count count-on"));
    taken(&head, "/notices/seen", &[("notice", "not-an-id")]).await;
}

/// `17:05` of the day of [`board_down`], as the address of a page carries it.
const NOW: &str = "1790759100";

#[tokio::test]
async fn what_was_done_is_said_once_and_shortly() {
    let (town, number) = board_down().await;
    let head = town.browser("head.ord").await;
    let path = format!("/incidents/{number}");
    let (status, _) = head.post(&format!("{path}/tasks/{FALLBACK}/acknowledgement"), &[("revision", "1")]).await;
    assert_eq!(status, 303);
    let page = head.page(&format!("{path}?done=acknowledgement.{NOW}")).await;
    assert!(page.contains("Signed for. 17:05</p>"), "said beside the time");
    for silent in ["", "?done=acknowledgement.1790750000", "?done=Won+a+prize.1790759100", "?done=x"] {
        let page = head.page(&format!("{path}{silent}")).await;
        assert!(page.contains(r#"id="done" role="status"></p>"#), "{silent}");
    }
}

#[tokio::test]
async fn the_head_names_the_limit_and_the_report() {
    let (town, number) = board_down().await;
    let head = town.browser("head.inf").await;
    let page = head.page(&format!("/incidents/{number}")).await;
    assert!(page.contains("<h1 class=\"as-written\">语音板 2 失效，24 条线路断 8 条</h1>"), "as the board calls it");
    assert!(page.contains("Next limit: sign for · <a href=\"#t-"), "which limit, of which task");
    assert!(page.contains("so every region counts"), "why every region is concerned");
    let strip = page.split("class=\"sheet verdict").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(!strip.contains("to confirm"), "what runs as proposed waits for nobody, as on the board: {strip}");
    assert!(!strip.contains("→"), "and differs from nothing");
}

#[tokio::test]
async fn cards_to_sign_for_can_be_shown_alone() {
    let (town, number) = board_down().await;
    let head = town.browser("head.ord").await;
    taken(&head, &format!("/incidents/{number}/tasks/{FALLBACK}/acknowledgement"), &[("revision", "1")]).await;
    let all = head.page(&format!("/incidents/{number}")).await;
    assert!(all.contains(&format!("id=\"t-{FALLBACK}\"")) && all.contains(&format!("id=\"t-{CALL}\"")));
    let unsigned = head.page(&format!("/incidents/{number}?tasks=unsigned")).await;
    assert!(!unsigned.contains(&format!("id=\"t-{FALLBACK}\"")) && unsigned.contains(&format!("id=\"t-{CALL}\"")));
}

#[tokio::test]
async fn nobody_is_asked_to_help_with_what_has_ended() {
    let (town, number) = board_down().await;
    let (head, leader) = (town.browser("head.ord").await, town.browser("leader").await);
    let at = |act: &str| format!("/incidents/{number}/tasks/{FALLBACK}/{act}");
    let printed = format!("/incidents/{number}/print");
    assert!(!leader.page(&printed).await.contains("No longer asked for"));
    taken(&head, &at("acknowledgement"), &[("revision", "1")]).await;
    let asked = town.app.edition().unwrap().task(FALLBACK).unwrap().evidence.clone();
    let given: Vec<(&str, &str)> = asked.iter().map(|code| ("e", code.as_str())).collect();
    taken(&head, &at("completion"), &given).await;
    for path in [format!("/incidents/{number}"), printed] {
        let page = leader.page(&path).await;
        assert!(page.contains("No longer asked for") && !page.contains("Sign for the help"), "{path}");
    }
}
