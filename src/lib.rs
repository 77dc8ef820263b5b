//! Zhihui: the written emergency plan, made to run.

pub mod api;
pub mod attachment;
pub mod audit;
pub mod calendar;
pub mod casefile;
pub mod circular;
pub mod city;
pub mod clock;
pub mod conduct;
pub mod config;
pub mod dashboard;
pub mod db;
pub mod demo;
pub mod directive;
pub mod error;
pub mod escalation;
pub mod exchange;
pub mod figures;
pub mod headquarters;
pub mod incident;
pub mod intake;
pub mod journal;
pub mod l10n;
pub mod lang;
pub mod leadership;
pub mod live;
pub mod metrics;
pub mod notice;
pub mod notified;
pub mod once;
pub mod person;
pub mod plan;
pub mod postgres;
pub mod practice;
pub mod purpose;
pub mod rectification;
pub mod refusal;
pub mod report;
pub mod resource;
pub mod response;
pub mod review;
pub mod revision;
pub mod routing;
pub mod scheme;
pub mod script;
pub mod serve;
pub mod service;
pub mod settings;
pub mod sheet;
pub mod standing;
pub mod state;
pub mod supervision;
pub mod task;
pub mod timeline;
pub mod web;
pub mod worker;

/// Every route of the product, each with its access rule.
pub fn routes() -> web::Routes {
    web::routes()
        .merge(api::routes())
        .merge(person::pages::routes())
        .merge(leadership::pages::routes())
        .merge(audit::pages::routes())
        .merge(attachment::pages::routes())
        .merge(casefile::routes())
        .merge(notice::pages::routes())
        .merge(dashboard::pages::routes())
        .merge(live::pages::routes())
        .merge(report::pages::routes())
        .merge(plan::pages::routes())
        .merge(scheme::pages::routes())
        .merge(revision::pages::routes())
        .merge(calendar::pages::routes())
        .merge(settings::pages::routes())
        .merge(service::routes())
        .merge(directive::pages::routes())
        .merge(standing::pages::routes())
        .merge(supervision::pages::routes())
        .merge(circular::pages::routes())
        .merge(resource::pages::routes())
        .merge(review::pages::routes())
        .merge(rectification::pages::routes())
        .merge(figures::pages::routes())
        .merge(exchange::pages::routes())
        .merge(practice::pages::routes())
}

/// The whole application, ready to serve.
pub fn router(app: state::App) -> axum::Router {
    web::assemble(app, routes())
}
