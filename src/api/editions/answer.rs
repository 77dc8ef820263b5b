//! Answers of the calls on editions of the plan.

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::shape::answers;
use crate::lang::Lang;
use crate::plan::Edition;
use crate::plan::store::Published;
use crate::revision::consultation::{Consultation, Standing};
use crate::revision::{Change, Changed, Difference, Draft, FieldChange, Opinion, Sources, gaps};
use crate::web::errors::RefusedBody;
use crate::web::when::rfc3339;

/// A draft, or an edition that is published.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(in crate::api) enum ListedEdition {
    Draft(DraftHead),
    Published(EditionHead),
}

/// A draft with what is thought of it, or an edition that is published.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "one answer at a time")]
pub(in crate::api) enum ReadEdition {
    Draft(DraftAnswer),
    Published(EditionAnswer),
}

#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct DifferencesAnswer {
    /// Code of the edition before.
    pub from: String,
    pub to: String,
    pub items: Vec<DifferenceAnswer>,
}

answers! {
    pub(in crate::api) struct DraftHead = draft_head(draft: &Draft, state: &'static str) {
        code: String = draft.code.clone(),
        /// draft; of a signed one in_force, later or earlier.
        state: &'static str = state,
        based_on: String = draft.based_on.clone(),
        revision: i32 = draft.revision,
        drafted_by: String = draft.drafted_by.clone(),
        drafted_at: String = rfc3339(draft.drafted_at),
        updated_by: String = draft.updated_by.clone(),
        updated_at: String = rfc3339(draft.updated_at),
    }

    /// A draft of an edition.
    pub(in crate::api) struct DraftAnswer = draft_of(
        draft: &Draft, state: &'static str, asked: Option<ConsultationAnswer>, opinions: &[Opinion],
        history: &[Changed], lang: Lang,
    ) {
        #[serde(flatten)]
        head: DraftHead = draft_head(draft, state),
        /// Once it is signed.
        #[serde(skip_serializing_if = "Option::is_none")]
        effective_from: Option<String> = draft.approved.as_ref().map(|a| a.effective_from.to_string()),
        #[serde(skip_serializing_if = "Option::is_none")]
        approved_at: Option<String> = draft.approved.as_ref().map(|a| rfc3339(a.at)),
        #[serde(skip_serializing_if = "Option::is_none")]
        approved_by: Option<String> = draft.approved.as_ref().map(|a| a.by.clone()),
        /// What keeps it from being signed.
        gaps: Vec<RefusedBody> = gaps(&draft.sources.check().err().unwrap_or_default())
            .iter()
            .map(|r| RefusedBody::of(r, lang))
            .collect(),
        /// Once opinions were asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        consultation: Option<ConsultationAnswer> = asked,
        opinions: Vec<OpinionAnswer> = opinions.iter().map(opinion_answer).collect(),
        history: Vec<ChangedAnswer> = history.iter().map(changed).collect(),
        /// TOML.
        clauses: String = draft.sources.clauses.clone(),
        /// TOML.
        matrix: String = draft.sources.matrix.clone(),
    }

    pub(in crate::api) struct EditionHead = published_head(e: &Published, state: &'static str, lang: Lang) {
        code: String = e.code.clone(),
        /// in_force, later or earlier.
        state: &'static str = state,
        title: String = e.title.get(lang).to_owned(),
        effective_from: String = e.effective_from.to_string(),
        trial: bool = e.trial,
        approved_at: Option<String> = e.approved_at.map(rfc3339),
    }

    /// An edition that is published.
    pub(in crate::api) struct EditionAnswer = published(e: &Edition, state: &'static str, sources: Sources, lang: Lang) {
        code: String = e.code.clone(),
        /// in_force, later or earlier.
        state: &'static str = state,
        title: String = e.title.get(lang).to_owned(),
        effective_from: String = e.effective_from.to_string(),
        trial: bool = e.trial,
        /// TOML.
        clauses: String = sources.clauses,
        /// TOML.
        matrix: String = sources.matrix,
    }

    /// Opinions last asked for on a draft.
    pub(in crate::api) struct ConsultationAnswer = consultation(c: &Consultation, standing: Standing) {
        by: String = c.by.clone(),
        at: String = rfc3339(c.at),
        /// The last day for an answer.
        answer_by: String = c.answer_by.to_string(),
        text: String = c.text.clone(),
        /// The revision of the draft it was asked about.
        revision: i32 = c.revision,
        asked: Vec<String> = standing.asked,
        /// Those who have not answered.
        waiting: Vec<String> = standing.waiting,
        /// Everybody's answer is in, or the day is past.
        ready: bool = standing.ready,
    }

    pub(in crate::api) struct OpinionAnswer = opinion_answer(o: &Opinion) {
        by: String = o.login.clone(),
        /// agree, disagree or remark.
        stance: &'static str = o.stance.code(),
        text: String = o.text.clone(),
        /// The revision of the draft it was given on.
        revision: i32 = o.revision,
        at: String = rfc3339(o.at),
    }

    pub(in crate::api) struct ChangedAnswer = changed(c: &Changed) {
        at: String = rfc3339(c.at),
        by: String = c.by.clone(),
        /// `clause 3.1.8`, `task it.voice.on_site`.
        record: String = c.record.clone(),
        fields: Vec<FieldAnswer> = c.fields.iter().map(field).collect(),
    }

    pub(in crate::api) struct FieldAnswer = field(f: &FieldChange) {
        /// `text.en`, `limit.due.value`.
        field: String = f.field.clone(),
        before: Option<String> = f.before.clone(),
        after: Option<String> = f.after.clone(),
    }

    /// A record that one of two editions lacks, or that they word differently.
    pub(in crate::api) struct DifferenceAnswer = difference(d: &Difference) {
        /// clause, task, route, or the name of a single table.
        record: String = d.record.clone(),
        id: String = d.id.clone(),
        /// added, removed or changed.
        #[schema(value_type = String)]
        change: Change = d.change,
        fields: Vec<FieldAnswer> = d.fields.iter().map(field).collect(),
    }
}
