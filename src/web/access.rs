//! The access table (R161). A route can only be added with its rule, and the rule is enforced before the handler runs.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler as AxumHandler;
use axum::http::Uri;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodFilter, MethodRouter, get, on};

use crate::error::Error;
use crate::person::{Actor, role};
use crate::refusal::Refused;
use crate::state::App;
use crate::web::session;
use crate::web::visit::Visitor;

/// Who may use a route. What they may do to one incident or task, the core decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Anyone, signed in or not.
    Public,
    /// Anyone signed in.
    SignedIn,
    /// Reads incidents: every post but the technical one and the plan editor's.
    Reader,
    /// Takes part in handling: a reader who is not of the inspection centre alone.
    Handler,
    /// Leader or deputy leader (2.1.1-1).
    Leaders,
    /// Leader, deputy, the Leading Group Office's head, duty officer.
    LeadersOrDuty,
    /// Heads of departments and of the Leading Group Office, leader, deputy.
    Heads,
    /// The Inspection and Appraisal Centre.
    Inspection,
    /// The Inspection and Appraisal Centre, leader, deputy: who reads the audit trail.
    Oversight,
    /// Leader, deputy, plan editor.
    PlanEditors,
    /// System administrator: accounts, nothing of incidents.
    Admin,
    /// System administrator, or whoever bears the token the server was started with.
    Watch,
}

impl Access {
    pub const ALL: [Access; 12] = [
        Access::Public,
        Access::SignedIn,
        Access::Reader,
        Access::Handler,
        Access::Leaders,
        Access::LeadersOrDuty,
        Access::Heads,
        Access::Inspection,
        Access::Oversight,
        Access::PlanEditors,
        Access::Admin,
        Access::Watch,
    ];

    pub fn allows(self, actor: &Actor) -> bool {
        match self {
            Access::Public | Access::SignedIn => true,
            Access::Reader => actor.posts.iter().any(|p| !without_incidents(&p.role)),
            Access::Handler => actor.posts.iter().any(|p| !without_incidents(&p.role) && p.department != "INSP"),
            Access::Leaders => actor.leads(),
            Access::LeadersOrDuty => {
                actor.leads() || actor.has_role(role::DUTY_OFFICER) || actor.has_role(role::LG_OFFICE_HEAD)
            }
            Access::Heads => {
                actor.leads() || actor.has_role(role::DEPARTMENT_HEAD) || actor.has_role(role::LG_OFFICE_HEAD)
            }
            Access::Inspection => actor.is_inspector(),
            Access::Oversight => actor.is_inspector() || actor.leads(),
            Access::PlanEditors => actor.leads() || actor.has_role(role::PLAN_EDITOR),
            Access::Admin | Access::Watch => actor.has_role(role::SYS_ADMIN),
        }
    }
}

/// The posts that carry no authority over incidents: sys_admin, plan_editor.
fn without_incidents(role: &str) -> bool {
    role == role::SYS_ADMIN || role == role::PLAN_EDITOR
}

/// One row of the access table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub access: Access,
}

/// Routes with their rules. There is no way to add one without.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    table: Vec<Route>,
}

impl Routes {
    pub fn new() -> Routes {
        Routes::default()
    }

    pub fn get<H, T>(self, path: &'static str, access: Access, handler: H) -> Routes
    where
        H: AxumHandler<T, App>,
        T: 'static,
    {
        self.add("GET", path, access, on(MethodFilter::GET, handler))
    }

    pub fn post<H, T>(self, path: &'static str, access: Access, handler: H) -> Routes
    where
        H: AxumHandler<T, App>,
        T: 'static,
    {
        self.add("POST", path, access, on(MethodFilter::POST, handler))
    }

    pub fn put<H, T>(self, path: &'static str, access: Access, handler: H) -> Routes
    where
        H: AxumHandler<T, App>,
        T: 'static,
    {
        self.add("PUT", path, access, on(MethodFilter::PUT, handler))
    }

    pub fn delete<H, T>(self, path: &'static str, access: Access, handler: H) -> Routes
    where
        H: AxumHandler<T, App>,
        T: 'static,
    {
        self.add("DELETE", path, access, on(MethodFilter::DELETE, handler))
    }

    /// A POST whose body may have up to `limit` bytes, for attachments.
    pub fn upload<H, T>(self, path: &'static str, access: Access, limit: usize, handler: H) -> Routes
    where
        H: AxumHandler<T, App>,
        T: 'static,
    {
        let route = on(MethodFilter::POST, handler).layer(DefaultBodyLimit::max(limit));
        self.add("POST", path, access, route)
    }

    /// All routes of both.
    pub fn merge(mut self, other: Routes) -> Routes {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self
    }

    /// The access table, in the order routes were added.
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// What can only be posted leads, when it is asked for, to the page it belongs to: a page that answers a form stands
    /// under the form's address, and is reloaded there.
    pub(super) fn into_router(self) -> Router<App> {
        let pages: BTreeSet<&str> = self.paths("GET").collect();
        let posts: BTreeSet<&str> =
            self.paths("POST").filter(|path| !path.starts_with("/api/") && !pages.contains(path)).collect();
        posts.into_iter().fold(self.router.clone(), |router, path| {
            let depth = page_above(path, &pages).trim_end_matches('/').split('/').count();
            router.route(
                path,
                get(move |uri: Uri| async move {
                    let page: Vec<&str> = uri.path().split('/').take(depth).collect();
                    Redirect::to(&format!("/{}", page.join("/").trim_start_matches('/')))
                }),
            )
        })
    }

    fn paths(&self, method: &'static str) -> impl Iterator<Item = &'static str> {
        self.table.iter().filter(move |route| route.method == method).map(|route| route.path)
    }

    fn add(mut self, method: &'static str, path: &'static str, access: Access, route: MethodRouter<App>) -> Routes {
        let guarded = route.route_layer(from_fn(move |request: Request, next: Next| guard(access, request, next)));
        self.router = self.router.route(path, guarded);
        self.table.push(Route { method, path, access });
        self
    }
}

/// The longest beginning of `path` that is a page.
fn page_above<'a>(path: &'a str, pages: &BTreeSet<&str>) -> &'a str {
    path.rmatch_indices('/').filter_map(|(at, _)| path.get(..at)).find(|above| pages.contains(above)).unwrap_or("/")
}

async fn guard(access: Access, request: Request, next: Next) -> Response {
    let actor = request.extensions().get::<Visitor>().and_then(|v| v.actor.clone());
    match (access, actor) {
        (Access::Public, _) => next.run(request).await,
        (Access::Watch, _) if bears_token(&request) => next.run(request).await,
        (_, None) => Error::from(Refused::SignInFirst).into_response(),
        (access, Some(actor)) if access.allows(&actor) => next.run(request).await,
        (Access::Handler, Some(actor)) if actor.is_inspector() => Error::from(Refused::InspReadonly).into_response(),
        (_, Some(_)) => Error::from(Refused::Forbidden).into_response(),
    }
}

/// Whether the request bears the token for watching. Hashes are compared, so the time taken tells nothing of the token.
fn bears_token(request: &Request) -> bool {
    let set = request.extensions().get::<Visitor>().and_then(|v| v.app.settings.metrics_token);
    let shown = session::bearer(request.headers()).map(|token| session::hash(&token));
    set.is_some() && set == shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::Post;

    fn actor(posts: &[(&str, &str)]) -> Actor {
        Actor {
            posts: posts
                .iter()
                .map(|(role, department)| Post { role: (*role).to_owned(), department: (*department).to_owned() })
                .collect(),
            ..Actor::system()
        }
    }

    #[test]
    fn what_is_posted_belongs_to_the_page_above() {
        let pages = BTreeSet::from(["/", "/incidents", "/incidents/{number}", "/account"]);
        for (path, page) in [
            ("/incidents/{number}/tasks/{key}/completion", "/incidents/{number}"),
            ("/account/password", "/account"),
            ("/language", "/"),
        ] {
            assert_eq!(page_above(path, &pages), page);
        }
    }

    /// Every rule against every kind of person; the columns are the persons below.
    #[test]
    fn each_rule_lets_in_whom_it_names() {
        let people = [
            actor(&[("leader", "LG")]),
            actor(&[("duty_officer", "LGO")]),
            actor(&[("department_head", "INF"), ("lg_member", "LG")]),
            actor(&[("driver", "STN-QZ")]),
            actor(&[("inspector", "INSP")]),
            actor(&[("plan_editor", "LG")]),
            actor(&[("sys_admin", "INF")]),
            actor(&[]),
        ];
        for (access, expected) in [
            (Access::Public, "11111111"),
            (Access::SignedIn, "11111111"),
            (Access::Reader, "11111000"),
            (Access::Handler, "11110000"),
            (Access::Leaders, "10000000"),
            (Access::LeadersOrDuty, "11000000"),
            (Access::Heads, "10100000"),
            (Access::Inspection, "00001000"),
            (Access::Oversight, "10001000"),
            (Access::PlanEditors, "10000100"),
            (Access::Admin, "00000010"),
            (Access::Watch, "00000010"),
        ] {
            let found: String = people.iter().map(|p| if access.allows(p) { '1' } else { '0' }).collect();
            assert_eq!(found, expected, "{access:?}");
        }
    }
}
