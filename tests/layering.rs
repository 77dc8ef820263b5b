//! The shape of the source, as ARCHITECTURE.md draws it: what each kind of file may touch, that arrows run downward
//! only, and that each table is written in one place. A scan of the text; it needs no database.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Holds the database, the clock and the network: everything between the rules and the world.
const SHELL: [&str; 10] =
    ["state", "conduct", "intake", "worker", "db", "postgres", "live", "metrics", "serve", "main"];
/// Speaks HTTP beside the features' own pages.
const HTTP: [&str; 6] = ["web", "api", "live", "serve", "lib", "main"];
/// Plain data of the shell that rules may name: a posted form, the access table, what a preview answered, what a
/// watcher is told.
const LENT: [&str; 4] = ["web::Form", "web::Routes", "conduct::Preview", "state::LiveEvent"];

#[test]
fn sql_stands_in_stores() {
    let offenders = files(|file| {
        let queries = ["query!(", "query_as!(", "query_scalar!(", "sqlx::query"];
        !file.is("store") && !file.in_rooms(&["db", "postgres"]) && queries.iter().any(|q| file.text.contains(q))
    });
    assert_eq!(offenders, NONE, "a query outside store.rs");
    let offenders = files(|file| {
        let may = file.is("store") || file.in_rooms(&SHELL) || file.in_rooms(&["error"]);
        !may && file.names("sqlx")
    });
    assert_eq!(offenders, NONE, "sqlx outside stores and the shell");
}

#[test]
fn pages_speak_http_and_rules_do_not() {
    let offenders = files(|file| {
        let http = ["axum", "axum_extra", "askama", "tower", "tower_http"];
        !file.is("pages") && !file.in_rooms(&HTTP) && http.iter().any(|word| file.names(word))
    });
    assert_eq!(offenders, NONE, "axum or askama outside pages, web and api");
    let offenders = files(|file| file.is_pure() && (file.names("async") || file.names("tokio")));
    assert_eq!(offenders, NONE, "a rule that waits");
    let offenders = files(|file| file.names("tokio") && !file.in_rooms(&SHELL));
    assert_eq!(offenders, NONE, "tokio outside the shell");
}

#[test]
fn only_the_clock_asks_what_time_it_is() {
    let offenders = files(|file| {
        let wall = ["Utc::now", "Local::now", "SystemTime::now"];
        !file.in_rooms(&["clock"]) && wall.iter().any(|call| file.text.contains(call))
    });
    assert_eq!(offenders, NONE, "a clock outside clock.rs");
    // How long a session is believed, a stream is silent, a process may take: real time, also in practice. And what has
    // passed since the database was last asked the time.
    let offenders =
        files(|file| !file.in_rooms(&SHELL) && !file.in_rooms(&["clock"]) && file.text.contains("Instant::now"));
    assert_eq!(offenders, NONE, "real time outside the shell");
}

#[test]
fn each_table_is_written_by_one_store() {
    let tables = tables();
    assert!(tables.contains("incident") && tables.contains("journal"), "{tables:?}");
    let mut writers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in source() {
        let words: Vec<String> = words(&file.text.to_lowercase());
        for (at, word) in words.iter().enumerate() {
            let next = |n: usize| words.get(at + n).map_or("", String::as_str);
            let table = match (word.as_str(), next(1)) {
                ("insert", "into") | ("delete", "from") => next(2),
                ("update", table) => table,
                _ => continue,
            };
            if tables.contains(table) {
                writers.entry(table.to_owned()).or_default().insert(file.path.clone());
            }
        }
    }
    let shared: Vec<_> = writers.iter().filter(|(_, by)| by.len() > 1).collect();
    assert!(shared.is_empty(), "tables written in several places: {shared:?}");
    let elsewhere: Vec<_> = writers.iter().filter(|(_, by)| by.iter().any(|p| !p.ends_with("store.rs"))).collect();
    assert!(elsewhere.is_empty(), "tables written outside store.rs: {elsewhere:?}");
    let unwritten: Vec<_> = tables.iter().filter(|t| !writers.contains_key(*t)).collect();
    assert!(unwritten.is_empty(), "nobody writes: {unwritten:?}");
}

#[test]
fn rules_reach_down_only() {
    let mut offenders = Vec::new();
    for file in source().into_iter().filter(File::is_pure) {
        for path in paths(&file.text) {
            // What a store is asked for and answers with is plain data; its functions are not.
            let row = path.contains("::store::")
                && path.rsplit("::").next().is_some_and(|t| t.starts_with(char::is_uppercase));
            let upward = (!row && path.split("::").any(|part| part == "store" || part == "pages"))
                || HTTP.iter().chain(&SHELL).any(|room| path.split("::").next() == Some(room));
            if upward && path != "db" && !LENT.iter().any(|lent| path.starts_with(lent)) {
                offenders.push(format!("{} -> {path}", file.path));
            }
        }
    }
    // A feature's mod.rs may hand on the routes of its pages.
    offenders.retain(|arrow| !arrow.contains("::pages::routes"));
    assert_eq!(offenders, NONE, "a rule that knows the shell");
}

#[test]
fn the_features_form_no_circle() {
    let files = source();
    let rooms: BTreeSet<String> = files.iter().map(|f| f.room().to_owned()).collect();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in &files {
        // lib.rs lists everything; who stands at the top closes no circle.
        if file.room() == "lib" || file.room() == "main" {
            continue;
        }
        for path in paths(&file.text) {
            let to = node(&path);
            let known = rooms.contains(to.split('.').next().unwrap_or_default());
            let lent = LENT.iter().any(|lent| path.starts_with(lent));
            if known && to != file.node() && !lent {
                arrows.entry(file.node()).or_default().insert(to);
            }
        }
    }
    let mut left = arrows;
    loop {
        // Whoever points at nothing that is left stands at the bottom and is taken away.
        let standing: BTreeSet<String> = left.keys().cloned().collect();
        for to in left.values_mut() {
            to.retain(|node| standing.contains(node));
        }
        let before = left.len();
        left.retain(|_, to| !to.is_empty());
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "these reach each other: {left:#?}");
}

const NONE: [&str; 0] = [];

/// One file of `src`, without comments and without its tests.
struct File {
    /// Below `src`.
    path: String,
    text: String,
}

impl File {
    /// The folder or file right below `src`.
    fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    fn in_rooms(&self, rooms: &[&str]) -> bool {
        rooms.contains(&self.room())
    }

    /// Whether it is a feature's `store.rs` or `pages.rs`.
    fn is(&self, kind: &str) -> bool {
        self.path.ends_with(&format!("/{kind}.rs"))
    }

    /// Types and rules of a feature.
    fn is_pure(&self) -> bool {
        !self.is("store") && !self.is("pages") && !self.in_rooms(&SHELL) && !self.in_rooms(&HTTP)
    }

    /// Where it stands in the graph: its room, or the room's store or pages.
    fn node(&self) -> String {
        let kind = ["store", "pages"].into_iter().find(|kind| self.is(kind));
        kind.map_or_else(|| self.room().to_owned(), |kind| format!("{}.{kind}", self.room()))
    }

    fn names(&self, word: &str) -> bool {
        words(&self.text).iter().any(|w| w == word)
    }
}

fn files(offends: impl Fn(&File) -> bool) -> Vec<String> {
    source().into_iter().filter(|file| offends(file)).map(|file| file.path).collect()
}

fn source() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && name != "tests" {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && name != "tests" && name != "properties" {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                files.push(File { path, text: without_tests_and_comments(&text) });
            }
        }
    }
    assert!(files.len() > 50);
    files
}

fn without_tests_and_comments(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Every path that begins with `crate::`, groups written out: `crate::{clock, plan::{Edition, store}}` gives
/// `clock`, `plan::Edition`, `plan::store`.
fn paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let is_dollar = text[..at].ends_with('$');
        if !is_dollar {
            expand("", &mut text[at + "crate::".len()..].chars().peekable(), &mut found);
        }
    }
    found
}

fn expand(before: &str, rest: &mut std::iter::Peekable<std::str::Chars<'_>>, found: &mut Vec<String>) {
    let mut path = before.to_owned();
    while let Some(&sign) = rest.peek() {
        match sign {
            '{' => {
                rest.next();
                loop {
                    while rest.next_if(|c| c.is_whitespace() || *c == ',').is_some() {}
                    match rest.peek() {
                        Some('}') | None => break,
                        Some(_) => expand(&path, rest, found),
                    }
                }
                rest.next();
                return;
            }
            sign if sign.is_alphanumeric() || sign == '_' || sign == ':' => {
                path.push(sign);
                rest.next();
            }
            // `use crate::a as b`, `*` and generics end a path; inside a group so does anything up to the comma.
            _ => break,
        }
    }
    if !before.is_empty() {
        while rest.next_if(|c| !matches!(c, ',' | '}')).is_some() {}
    }
    found.push(path.trim_end_matches(':').to_owned());
}

/// The node a path leads to.
fn node(path: &str) -> String {
    let room = path.split("::").next().unwrap_or_default();
    let whole = HTTP.contains(&room) && room != "live";
    let kind = path.split("::").skip(1).find(|part| ["store", "pages"].contains(part)).filter(|_| !whole);
    kind.map_or_else(|| room.to_owned(), |kind| format!("{room}.{kind}"))
}

fn tables() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut tables = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap().to_lowercase();
        let words = words(&text);
        for made in words.windows(3).filter(|w| w[0] == "create" && w[1] == "table") {
            tables.insert(made[2].clone());
        }
    }
    tables
}
