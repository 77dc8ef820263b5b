//! Every route for every role of the plan has a declared outcome, in `tests/access.txt`; a new route without one fails.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use zhihui::clock::Clock;
use zhihui::lang::Lang;
use zhihui::person::account::NewPerson;
use zhihui::person::directory::{Department, Region, RoleName};
use zhihui::person::{Actor, Post, store};
use zhihui::plan::Edition;
use zhihui::state::{App, Settings};

use crate::harness::database::database;

const DECLARED: &str = include_str!("access.txt");
const PASSWORD: &str = "a password for the table";

/// What a person of a role meets at a route, whatever the thing addressed is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    In,
    Forbidden,
    SignIn,
}

/// Sets of roles by name, and the set of each route, as declared.
struct Table {
    sets: BTreeMap<String, BTreeSet<String>>,
    routes: BTreeMap<String, String>,
}

#[tokio::test]
async fn every_route_meets_every_role_as_declared() {
    let edition = Edition::built_in().unwrap();
    let roles: Vec<String> = edition.matrix.roles.iter().map(|r| r.code.clone()).collect();
    let table = Table::read(&roles);
    let served: Vec<(String, String)> =
        zhihui::routes().table().iter().map(|r| (r.method.to_owned(), r.path.to_owned())).collect();
    let missing: Vec<String> = served
        .iter()
        .map(|(method, path)| format!("{method} {path}"))
        .filter(|line| !table.routes.contains_key(line))
        .collect();
    assert!(missing.is_empty(), "routes without a declared outcome:\n{}", missing.join("\n"));
    let gone: Vec<&String> =
        table.routes.keys().filter(|line| !served.iter().any(|(m, p)| format!("{m} {p}") == **line)).collect();
    assert!(gone.is_empty(), "declared, but not served: {gone:?}");

    let url = serve(&edition).await;
    let mut wrong = Vec::new();
    for role in roles.iter().map(Some).chain([None]) {
        let caller = Caller::of(&url, role.map(String::as_str)).await;
        for (line, set) in &table.routes {
            let (method, path) = line.split_once(' ').unwrap();
            if leaves(path) {
                continue;
            }
            let expected = table.expected(set, role.map(String::as_str));
            let found = caller.meets(method, path).await;
            if found != expected {
                let who = role.map_or("nobody", String::as_str);
                wrong.push(format!("{line} as {who}: {found:?}, declared {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} outcomes differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Routes that end the caller's own session, or never end themselves.
fn leaves(path: &str) -> bool {
    matches!(path, "/sign-out" | "/live" | "/api/v1/sessions/current" | "/account/password")
}

impl Table {
    fn read(roles: &[String]) -> Table {
        let mut table = Table { sets: BTreeMap::new(), routes: BTreeMap::new() };
        for line in DECLARED.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            if let Some((name, members)) = line.split_once(" = ") {
                let set = members.split_whitespace().flat_map(|m| table.members(m, roles)).collect::<Vec<_>>();
                let mut kept = BTreeSet::new();
                for (add, role) in set {
                    if add {
                        kept.insert(role);
                    } else {
                        kept.remove(&role);
                    }
                }
                table.sets.insert(name.to_owned(), kept);
            } else {
                let (route, set) = line.rsplit_once(' ').unwrap();
                let route = route.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(set == "public" || table.sets.contains_key(set), "{line}: unknown set");
                table.routes.insert(route, set.to_owned());
            }
        }
        table
    }

    /// `all`, a role, a set already named, or any of them with `-` before it.
    fn members(&self, word: &str, roles: &[String]) -> Vec<(bool, String)> {
        let (add, name) = word.strip_prefix('-').map_or((true, word), |n| (false, n));
        let named: Vec<String> = match name {
            "all" => roles.to_vec(),
            name => match self.sets.get(name) {
                Some(set) => set.iter().cloned().collect(),
                None => {
                    assert!(roles.iter().any(|r| r == name), "unknown role {name}");
                    vec![name.to_owned()]
                }
            },
        };
        named.into_iter().map(|role| (add, role)).collect()
    }

    fn expected(&self, set: &str, role: Option<&str>) -> Outcome {
        match (set, role) {
            ("public", _) => Outcome::In,
            (_, None) => Outcome::SignIn,
            (set, Some(role)) if self.sets[set].contains(role) => Outcome::In,
            _ => Outcome::Forbidden,
        }
    }
}

/// One person (or nobody), by browser and by API.
struct Caller {
    url: String,
    browser: Client,
    token: Option<String>,
}

impl Caller {
    async fn of(url: &str, role: Option<&str>) -> Caller {
        let browser = Client::builder().cookie_store(true).redirect(Policy::none()).build().unwrap();
        let mut token = None;
        if let Some(role) = role {
            let form = [("login", role), ("user", role), ("password", PASSWORD)];
            let answer = browser
                .post(format!("{url}/sign-in"))
                .header("origin", url)
                .header("sec-fetch-site", "same-origin")
                .form(&form)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status().as_u16(), 303, "{role} signs in");
            let body = json!({ "user": role, "password": PASSWORD });
            let answer: Value =
                browser.post(format!("{url}/api/v1/sessions")).json(&body).send().await.unwrap().json().await.unwrap();
            token = Some(answer["token"].as_str().unwrap().to_owned());
        }
        Caller { url: url.to_owned(), browser, token }
    }

    async fn meets(&self, method: &str, path: &str) -> Outcome {
        let api = path.starts_with("/api/");
        let filled = fill(path);
        let mut request = self
            .browser
            .request(Method::from_bytes(method.as_bytes()).unwrap(), format!("{}{filled}", self.url))
            .header("accept-language", "en");
        if api {
            if let Some(token) = &self.token {
                request = request.bearer_auth(token);
            }
            if method != "GET" {
                request = request.json(&json!({}));
            }
        } else if method != "GET" {
            request =
                request.header("origin", &self.url).header("sec-fetch-site", "same-origin").form(&[("nothing", "")]);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let to_sign_in =
            answer.headers().get("location").and_then(|l| l.to_str().ok()).is_some_and(|l| l.starts_with("/sign-in"));
        assert_ne!(status, 500, "{method} {path} fails for everyone: {}", answer.text().await.unwrap());
        match status {
            401 if path != "/api/v1/sessions" => Outcome::SignIn,
            303 if to_sign_in => Outcome::SignIn,
            403 => Outcome::Forbidden,
            _ => Outcome::In,
        }
    }
}

/// Stands something that does not exist into every parameter: what is left to meet is the access rule.
fn fill(path: &str) -> String {
    path.split('/')
        .map(|part| match part {
            "{number}" => "YJ-20000101-001",
            "{code}" => "INF",
            "{sub_kind}" => "it.voice_board_down",
            "{severity}" => "local",
            "{id}" | "{attachment}" | "{person}" => "00000000-0000-7000-8000-000000000000",
            part if part.starts_with('{') => "none",
            part => part,
        })
        .collect::<Vec<_>>()
        .join("/")
}

async fn serve(edition: &Edition) -> String {
    let db = database().await;
    let at = "2026-09-30T09:05:00Z".parse().unwrap();
    let settings = Settings { sign_in_burst: 10_000, ..Settings::default() };
    let mut tx = db.pool.begin().await.unwrap();
    zhihui::plan::store::load_built_in(&mut tx, at).await.unwrap();
    tx.commit().await.unwrap();
    let (app, _writer) = App::load(db.pool.clone(), Clock::simulated(at), settings).await.unwrap();
    let hash = app.hash_password(PASSWORD.to_owned()).await.unwrap();
    let mut tx = db.pool.begin().await.unwrap();
    let region = Region { code: "QZ".to_owned(), name: edition.title.clone(), position: 0, customers: 10 };
    zhihui::person::directory::store::put_region(&mut tx, &region).await.unwrap();
    let instance = |code: &str, per_region: bool| if per_region { format!("{code}-QZ") } else { code.to_owned() };
    for (position, d) in (0..).zip(&edition.matrix.departments) {
        let department = Department {
            code: instance(&d.code, d.per_region),
            kind: d.code.clone(),
            name: d.name.clone(),
            region: d.per_region.then(|| "QZ".to_owned()),
            parent: None,
            position,
        };
        zhihui::person::directory::store::put_department(&mut tx, &department).await.unwrap();
    }
    for (position, r) in (0..).zip(&edition.matrix.roles) {
        let role =
            RoleName { code: r.code.clone(), name: r.name.clone(), departments: r.departments.clone(), position };
        zhihui::person::directory::store::put_role(&mut tx, &role).await.unwrap();
    }
    for r in &edition.matrix.roles {
        let home = r.departments.first().map_or("WHS", String::as_str);
        let per_region = edition.department(home).is_some_and(|d| d.per_region);
        let new = NewPerson {
            login: r.code.clone(),
            name: r.code.clone(),
            language: Lang::En,
            phone: None,
            password_hash: hash.clone(),
            posts: vec![Post { role: r.code.clone(), department: instance(home, per_region) }],
        };
        store::create(&mut tx, &new, &Actor::system(), "", at).await.unwrap();
    }
    tx.commit().await.unwrap();
    app.reload().await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = zhihui::router(app).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    // The database is dropped with `db`; the server needs it until the test ends.
    std::mem::forget(db);
    url
}
