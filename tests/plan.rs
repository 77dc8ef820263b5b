//! The plan and its duty matrix as pages: every route has its page, in three languages that never mix.

use zhihui::lang::{Lang, Text};
use zhihui::plan::{Edition, view};

use crate::harness::town::{Browser, Town};

const AT: &str = "2026-10-08T10:06:00+08:00";

async fn reading(town: &Town, lang: Lang) -> Browser {
    let browser = town.browser("head.inf").await;
    browser.post("/language", &[("to", lang.tag()), ("next", "/")]).await;
    browser
}

/// The part of a page that is this page's own: the masthead offers the other languages by their names.
fn main_of(page: &str) -> &str {
    page.split("<main").nth(1).unwrap().split("</main>").next().unwrap()
}

fn is_han(sign: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&sign)
}

/// What stands in one language and not in the other two.
fn others(lang: Lang, text: &Text) -> Vec<&str> {
    Lang::ALL.into_iter().filter(|l| *l != lang).map(|l| text.get(l)).filter(|t| *t != text.get(lang)).collect()
}

#[tokio::test]
async fn the_plan_reads_in_one_language_at_a_time() {
    let town = Town::at(AT).await;
    let edition = Edition::built_in().unwrap();
    for lang in Lang::ALL {
        let page = reading(&town, lang).await.page("/plan").await;
        let page = main_of(&page);
        for clause in &edition.clauses {
            assert!(page.contains(&format!("id=\"c-{}\"", clause.id)), "{lang:?} has no anchor for {}", clause.id);
            for other in others(lang, &clause.text) {
                assert!(!page.contains(other), "{lang:?} shows {} in another language", clause.id);
            }
        }
        assert!(page.contains("2008-trial") && page.contains("2008-01-01"));
        if lang == Lang::En {
            let stray: String = page.chars().filter(|c| is_han(*c)).collect();
            assert_eq!(stray, "", "Chinese on an English page");
        }
    }
}

#[tokio::test]
async fn a_search_in_one_script_finds_on_a_screen_of_the_other() {
    let town = Town::at(AT).await;
    let browser = reading(&town, Lang::ZhHans).await;
    let page = browser.page("/plan?q=%E8%AA%9E%E9%9F%B3%E6%9D%BF").await;
    let page = main_of(&page);
    assert!(page.contains("id=\"c-3.1.8\"") && page.contains("<mark>语音板</mark>"), "{page}");
    assert!(!page.contains("id=\"c-3.2.1\""));
    let page = browser.page("/plan?q=%3Cscript%3E").await;
    assert!(main_of(&page).contains("&#60;script&#62;"), "what was typed is shown, not run");
}

#[tokio::test]
async fn every_route_and_every_task_has_its_page() {
    let town = Town::at(AT).await;
    let edition = Edition::built_in().unwrap();
    for lang in Lang::ALL {
        let browser = reading(&town, lang).await;
        let matrix = browser.page("/plan/matrix").await;
        for route in &edition.matrix.routes {
            let path = format!("/plan/matrix/{}", view::path(route));
            assert!(matrix.contains(&format!("href=\"{path}\"")), "the matrix does not lead to {path}");
            let page = browser.page(&path).await;
            let page = main_of(&page);
            for task in edition.tasks_of(route) {
                assert!(page.contains(&format!("id=\"t-{}\"", task.id)), "{path} lacks {}", task.id);
            }
            if lang == Lang::En {
                let stray: String = page.chars().filter(|c| is_han(*c)).collect();
                assert_eq!(stray, "", "Chinese on {path} in English");
            }
        }
        if lang == Lang::ZhHans {
            for task in &edition.matrix.tasks {
                browser.page(&format!("/plan/tasks/{}", task.id)).await;
            }
        }
        for department in &edition.matrix.departments {
            let page = browser.page(&format!("/plan/matrix?department={}", department.code)).await;
            for other in others(lang, &department.name) {
                assert!(!main_of(&page).contains(&format!(">{other}<")), "{} in another language", department.code);
            }
        }
    }
    let browser = reading(&town, Lang::En).await;
    for gone in ["/plan?edition=1999", "/plan/tasks/no.such", "/plan/matrix/it.voice_board_down/departmental"] {
        assert_eq!(browser.get(gone).await.0, 404, "{gone}");
    }
    assert_eq!(browser.get("/plan/matrix/it.voice_board_down/local/whole_region").await.0, 404);
}

#[tokio::test]
async fn only_what_the_plan_says_reads_as_its_rule() {
    let town = Town::at(AT).await;
    let browser = reading(&town, Lang::En).await;
    let page = browser.page("/plan/tasks/it.voice.on_site").await;
    let page = main_of(&page);
    assert!(page.contains("1 working day <span class=\"planned\">plan</span>"), "{page}");
    assert!(page.contains("30 working min <span class=\"proposed\">proposed</span>"));
    assert!(page.contains("The plan&#39;s words: “within one working day”") || page.contains("within one working day"));
    let page = browser.page("/plan/tasks/wx.bank.list_customers").await;
    assert!(main_of(&page).contains("16:00 <span class=\"proposed\">proposed</span>"), "the hour is ours");
    let editions = browser.page("/plan/editions").await;
    assert!(main_of(&editions).contains("in force") && main_of(&editions).contains("first edition"));
    browser.page("/help").await;
}
