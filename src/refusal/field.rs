//! Fields of forms and calls by the name a reader knows them by.

use crate::l10n::of;
use crate::lang::Lang;

/// The name of a field in the reader's language; one that no form has stays as it was sent. `text.en` and
/// `limit.due.value` are named by the part that is known, the first from the left.
pub fn label(field: &str, lang: Lang) -> String {
    let known = field.split('.').find_map(|part| known(part, lang));
    known.unwrap_or_else(|| field.to_owned())
}

fn known(code: &str, lang: Lang) -> Option<String> {
    let l = of(lang);
    Some(match code {
        "clause" | "clauses" => l.msg_label_clause(),
        "value" => l.msg_label_value(),
        "due_at" | "due" | "limit" => l.msg_label_due_at(),
        "until" | "valid_until" => l.msg_label_until(),
        "at" => l.msg_label_at(),
        "from" => l.msg_label_from(),
        "to" => l.msg_label_to(),
        "for" => l.msg_label_for(),
        "restored_at" => l.msg_label_restored_at(),
        "estimate" => l.msg_label_estimate(),
        "promised_at" => l.msg_label_promised_at(),
        "expected_back_at" => l.msg_label_expected_back_at(),
        "occurred_at" => l.msg_label_occurred_at(),
        "told_at" => l.msg_label_told_at(),
        "held_at" => l.msg_label_held_at(),
        "valid_from" | "effective_from" => l.msg_label_valid_from(),
        "department" | "departments" | "depts" => l.msg_label_department(),
        "incident" | "incidents" => l.msg_label_incident(),
        "exchange" => l.msg_label_exchange(),
        "edition" => l.msg_label_edition(),
        "code" | "id" => l.msg_label_code(),
        "acknowledge" | "ack" => l.msg_label_acknowledge(),
        "trigger" => l.msg_label_trigger(),
        "basis" | "due_basis" => l.msg_label_basis(),
        "routes" => l.msg_label_routes(),
        "quantity" => l.msg_label_quantity(),
        "score" => l.msg_label_score(),
        "state" => l.msg_label_state(),
        "stance" => l.msg_label_stance(),
        "severity" => l.msg_label_severity(),
        "region" | "areas" | "regions_affected" => l.msg_label_region(),
        "party" => l.msg_label_party(),
        "number" => l.msg_label_number(),
        "reason" => l.msg_label_reason(),
        "text" => l.msg_label_text(),
        "title" => l.msg_label_title(),
        "finding" => l.msg_label_finding(),
        "links" | "links_affected" | "link" => l.msg_label_links(),
        "people" => l.msg_label_people(),
        "login" => l.msg_label_login(),
        "post" => l.msg_label_post(),
        "password" | "current" | "again" => l.msg_label_password(),
        "language" => l.msg_label_language(),
        "kind" | "sub_kinds" => l.msg_label_kind(),
        "scope" => l.msg_label_scope(),
        "into" | "with" => l.msg_label_into(),
        "task" => l.msg_label_task(),
        "file" => l.msg_label_file(),
        "evidence" => l.msg_label_evidence(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::l10n::text;
    use crate::lang::Lang;
    use crate::refusal::Refused;

    #[test]
    fn a_refusal_names_its_field_in_the_readers_language_and_keeps_the_code() {
        let expected = text(|l| l.msg_dv_later_rule());
        for (field, hans, hant, en) in [
            ("clause", "“依据条款”", "「依據條款」", "“Clause”"),
            ("value", "“数值”", "「數值」", "“Value”"),
            ("due_at", "“完成期限”", "「完成期限」", "“Completion limit”"),
            ("limit.due", "“完成期限”", "「完成期限」", "“Completion limit”"),
            ("bord", "“bord”", "「bord」", "“bord”"),
        ] {
            let refused = Refused::BadValue { field: field.to_owned(), expected: expected.clone() };
            for (lang, said) in [(Lang::ZhHans, hans), (Lang::ZhHant, hant), (Lang::En, en)] {
                let message = refused.message(lang);
                assert!(message.contains(said), "{field}: {message}");
            }
            assert_eq!(refused.field(), Some(field));
        }
    }
}
