//! Drafts and differences in words.

use super::difference::{self, Difference};
use super::{Sources, Stance};
use crate::l10n::L10nLanguage;
use crate::lang::{Lang, Text, text};

/// A fault of the check in the reader's language. What it names stays as the data has it.
pub fn fault(message: &str) -> Text {
    let parts = [
        ("stands twice", "重复出现", "重複出現"),
        ("missing", "缺少", "缺少"),
        ("unknown ", "不存在：", "不存在："),
        ("empty translation ", "", ""),
        ("default severity ", "默认级别不在允许之列：", "預設級別不在允許之列："),
        ("the sub-kind does not allow ", "该情形不允许此级别：", "該情形不允許此級別："),
        ("the scope does not fit", "范围与情形、级别不符", "範圍與情形、級別不符"),
        ("circular `after`: ", "先后顺序成环：", "先後順序成環："),
        ("opens on a condition but", "以条件触发却未写明条件", "以條件觸發卻未寫明條件"),
        ("opens after other tasks but", "以先后触发却未写明前置任务", "以先後觸發卻未寫明前置任務"),
        ("choices belong", "选项与字段类型不符", "選項與欄位類型不符"),
        ("stands in no route", "不在任何处置流程中，永不开启", "不在任何處置流程中，永不開啟"),
        ("opens no task", "流程中没有任务", "流程中沒有任務"),
        ("stands once per region", "按区域设置的部门，却未写明由哪一区承担", "按區域設置的部門，卻未寫明由哪一區承擔"),
        ("edition ", "两份文件的版本代号不一致：", "兩份檔案的版本代號不一致："),
    ];
    match parts.iter().find(|(start, ..)| message.starts_with(start)) {
        // In every language by the name the reader's has for it.
        Some(("empty translation ", ..)) => blank(message),
        None => text(message, message, message),
        Some((start, hans, hant)) => {
            let named = if start.ends_with(' ') || *start == "missing" { message[start.len()..].trim() } else { "" };
            let (named_hans, named_hant) = noun(named);
            text(&format!("{hans}{named_hans}"), &format!("{hant}{named_hant}"), message)
        }
    }
}

fn blank(message: &str) -> Text {
    match message.rsplit(' ').next().unwrap_or_default() {
        "zh-Hans" => text("缺少简体中文文本", "缺少簡體中文文本", "the Simplified Chinese text is blank"),
        "zh-Hant" => text("缺少繁体中文文本", "缺少繁體中文文本", "the Traditional Chinese text is blank"),
        _ => text("缺少英文文本", "缺少英文文本", "the English text is blank"),
    }
}

/// `department NOBODY` with the noun in Chinese, in both scripts.
fn noun(named: &str) -> (String, String) {
    let nouns = [
        ("department ", "部门 ", "部門 "),
        ("clause ", "条文 ", "條文 "),
        ("section ", "章节 ", "章節 "),
        ("role ", "职务 ", "職務 "),
        ("task ", "任务 ", "任務 "),
        ("evidence ", "凭据 ", "憑據 "),
        ("condition ", "条件 ", "條件 "),
        ("external party ", "外部单位 ", "外部單位 "),
        ("escalation policy ", "升级规则 ", "升級規則 "),
        ("limit class ", "时限类别 ", "時限類別 "),
        ("sub kind ", "情形 ", "情形 "),
        ("kind ", "类别 ", "類別 "),
        ("field ", "填报项 ", "填報項 "),
        ("route ", "处置流程 ", "處置流程 "),
    ];
    match nouns.iter().find_map(|(en, hans, hant)| Some((named.strip_prefix(en)?, hans, hant))) {
        Some((code, hans, hant)) => (format!("{hans}{code}"), format!("{hant}{code}")),
        None => (named.to_owned(), named.to_owned()),
    }
}

/// A field of a difference by its name in the reader's language; a rare one by its name in the data.
pub fn field(name: &str, l: &L10nLanguage) -> String {
    let (name, lang) = match name.rsplit_once('.') {
        Some((rest, tag)) => match Lang::ALL.into_iter().find(|lang| lang.tag() == tag) {
            Some(lang) => (rest, Some(lang)),
            None => (name, None),
        },
        None => (name, None),
    };
    let label = match name {
        "title" => l.msg_ed_field_title(),
        "text" => l.msg_ed_field_text(),
        "section" => l.msg_ed_section(),
        "depts" => l.msg_ed_field_departments(),
        "action" => l.msg_ed_field_action(),
        "responsible" => l.msg_ed_field_responsible(),
        "cooperating" => l.msg_ed_field_cooperating(),
        "evidence" => l.msg_ed_field_evidence(),
        "trigger" => l.msg_ed_field_trigger(),
        "limit.due.value" => l.msg_ed_field_due(),
        "limit.due.unit" => l.msg_ed_field_due_unit(),
        "limit.due.clock" => l.msg_ed_field_due_clock(),
        "ack.value" => l.msg_ed_field_ack(),
        "ack.unit" => l.msg_ed_field_ack_unit(),
        "ack.clock" => l.msg_ed_field_ack_clock(),
        "tasks" => l.msg_ed_field_tasks(),
        "responsible_role" => l.msg_ed_role(),
        "clause" => l.msg_ed_field_clause(),
        "basis" => l.msg_ed_basis(),
        "after" => l.msg_ed_after_task(),
        "when" => l.msg_ed_when(),
        "resolve" => l.msg_ed_field_resolve(),
        "limit.stated" => l.msg_ed_limit_class(),
        "limit.due_basis" => l.msg_ed_due_basis(),
        "ack.basis" => l.msg_ed_ack_basis(),
        "escalation" => l.msg_ed_ladder(),
        "name" => l.msg_ed_field_name(),
        "note" => l.msg_ed_field_note(),
        "clauses" => l.msg_ed_clauses(),
        "external" => l.msg_ed_kind_party(),
        "sets" => l.msg_ed_field_sets(),
        other => match kind(other.rsplit('.').next().unwrap_or(other), l) {
            rare if rare == l.msg_ed_kind_other() => other.to_owned(),
            known => known,
        },
    };
    match lang {
        Some(lang) => format!("{label} · {}", lang.own_name()),
        None => label,
    }
}

/// A unit of a limit as a choice.
pub fn unit(code: &str, l: &L10nLanguage) -> String {
    match code {
        "minutes" => l.msg_ed_unit_minutes(),
        "hours" => l.msg_ed_unit_hours(),
        "working_days" => l.msg_ed_unit_working_days(),
        "calendar_day_end" => l.msg_ed_unit_day_end(),
        "order_cutoff" => l.msg_ed_unit_order_cutoff(),
        "daily_clock" => l.msg_ed_unit_daily(),
        "minutes_recurring" => l.msg_ed_unit_recurring(),
        "as_set" => l.msg_ed_unit_as_set(),
        other => other.to_owned(),
    }
}

/// Units a limit may be counted in.
pub const UNITS: [&str; 8] = [
    "minutes",
    "hours",
    "working_days",
    "calendar_day_end",
    "order_cutoff",
    "daily_clock",
    "minutes_recurring",
    "as_set",
];

pub fn clock(code: &str, l: &L10nLanguage) -> String {
    match code {
        "working" => l.msg_ed_clock_working(),
        _ => l.msg_ed_clock_elapsed(),
    }
}

pub fn trigger(code: &str, l: &L10nLanguage) -> String {
    match code {
        "open" => l.msg_ed_trigger_open(),
        "after" => l.msg_ed_trigger_after(),
        "condition" => l.msg_ed_trigger_condition(),
        "recovery" => l.msg_ed_trigger_recovery(),
        "close" => l.msg_ed_trigger_close(),
        other => other.to_owned(),
    }
}

pub fn stance(stance: impl std::borrow::Borrow<Stance>, l: &L10nLanguage) -> String {
    match stance.borrow() {
        Stance::Agree => l.msg_ed_stance_agree(),
        Stance::Disagree => l.msg_ed_stance_disagree(),
        Stance::Remark => l.msg_ed_stance_remark(),
    }
}

/// Whose a duty or a number is.
pub fn basis(code: &str, l: &L10nLanguage) -> String {
    match code {
        "plan" => l.msg_plan_mark_plan(),
        "inferred" => l.msg_plan_mark_inferred(),
        "plan_hook" => l.msg_plan_mark_hook(),
        "proposed" => l.msg_proposed(),
        other => other.to_owned(),
    }
}

/// A code of a difference that means the same in every edition.
pub fn value(field: &str, value: &str, l: &L10nLanguage) -> String {
    match field {
        "unit" => unit(value, l),
        "clock" => clock(value, l),
        "trigger" => trigger(value, l),
        _ if field.ends_with("basis") => basis(value, l),
        _ => value.to_owned(),
    }
}

/// A kind of record by its name in the reader's language.
pub fn kind(record: &str, l: &L10nLanguage) -> String {
    match record {
        "task" => l.msg_ed_kind_task(),
        "section" => l.msg_ed_section(),
        "department" => l.msg_ed_kind_department(),
        "role" => l.msg_ed_kind_role(),
        "kind" | "sub_kind" => l.msg_ed_kind_situation(),
        "severity" | "severity_rule" => l.msg_ed_kind_level(),
        "field" => l.msg_ed_kind_field(),
        "condition" => l.msg_ed_kind_condition(),
        "evidence" => l.msg_ed_field_evidence(),
        "external_party" => l.msg_ed_kind_party(),
        "escalation_policy" => l.msg_ed_ladder(),
        "limit_class" => l.msg_ed_limit_class(),
        "scheme" => l.msg_ed_kind_scheme(),
        "succession" => l.msg_ed_kind_succession(),
        "standing_duty" => l.msg_ed_kind_standing(),
        "link" | "link_state" => l.msg_ed_kind_link(),
        "calendar" => l.msg_ed_kind_calendar(),
        _ => l.msg_ed_kind_other(),
    }
}

/// How the texts call a record.
pub const fn record(is_task: bool) -> &'static str {
    if is_task { "task" } else { "clause" }
}

/// One record of a draft on its list: id, name, and whether it differs from what it was copied from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: String,
    pub name: String,
    pub changed: bool,
    /// Code of the department that owes a task; blank of a clause.
    pub department: String,
    /// Codes of the kinds of incident that open a task; none of a clause.
    pub kinds: Vec<String>,
}

/// What the list of tasks is narrowed to; blank: everything.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Narrowed {
    pub q: String,
    pub kind: String,
    pub department: String,
}

impl Narrowed {
    pub fn is_blank(&self) -> bool {
        self.q.trim().is_empty() && self.kind.is_empty() && self.department.is_empty()
    }

    pub fn fits(&self, line: &Line) -> bool {
        let q = self.q.trim().to_lowercase();
        (q.is_empty() || line.name.to_lowercase().contains(&q) || line.id.contains(&q))
            && (self.kind.is_empty() || line.kinds.contains(&self.kind))
            && (self.department.is_empty() || line.department == self.department)
    }
}

/// The clauses of a draft by their titles, or its tasks by what is to be done.
pub fn lines(source: &str, record: &str, name: &str, changes: &[Difference], lang: Lang) -> Vec<Line> {
    let name = format!("{name}.{}", lang.tag());
    difference::of_kind(source, record)
        .into_iter()
        .map(|(id, fields)| Line {
            changed: changes.iter().any(|d| d.record == record && d.id == id),
            name: fields.get(&name).cloned().unwrap_or_default(),
            department: fields.get("responsible").cloned().unwrap_or_default(),
            kinds: Vec::new(),
            id,
        })
        .collect()
}

/// The tasks of a draft, each with the kinds of incident whose routes open it.
pub fn task_lines(sources: &Sources, changes: &[Difference], lang: Lang) -> Vec<Line> {
    let mut lines = lines(&sources.matrix, "task", "action", changes, lang);
    let situations = difference::of_kind(&sources.matrix, "sub_kind");
    let kind_of = |situation: &str| {
        let found = situations.iter().find(|(code, _)| code == situation);
        found.and_then(|(_, fields)| fields.get("kind").cloned()).unwrap_or_default()
    };
    for (_, route) in sources.routes() {
        let kind = kind_of(&route.sub_kind);
        for line in lines.iter_mut().filter(|line| route.tasks.contains(&line.id) && !line.kinds.contains(&kind)) {
            line.kinds.push(kind.clone());
        }
    }
    lines
}

/// The records of a kind by code and name, in the order of the file.
pub fn choices(source: &str, record: &str, lang: Lang) -> Vec<(String, String)> {
    lines(source, record, "name", &[], lang).into_iter().map(|line| (line.id, line.name)).collect()
}

/// The fields of one clause or task as its form holds them; lists one value an entry.
pub fn typed(sources: &Sources, record: &str, id: &str) -> Option<Vec<(String, String)>> {
    let source = if record == "clause" { &sources.clauses } else { &sources.matrix };
    let fields = difference::one_of_kind(source, record, id)?;
    let mut pairs = Vec::new();
    for (name, value) in fields {
        match name.as_str() {
            "depts" | "cooperating" | "evidence" | "after" => {
                pairs.extend(value.split(", ").filter(|v| !v.is_empty()).map(|v| (name.clone(), v.to_owned())));
            }
            _ => pairs.push((name, value)),
        }
    }
    if record == "task" {
        let own = sources.routes().into_iter().filter(|(_, route)| route.tasks.iter().any(|t| t == id));
        pairs.extend(own.map(|(key, _)| ("routes".to_owned(), key)));
    }
    Some(pairs)
}
