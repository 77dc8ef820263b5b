//! The catalogue's words, in three languages, against which every refusal is read.

/// Code, then zh-Hans, zh-Hant, English; `{…}` is filled in at run time.
const CATALOGUE: &[(&str, [&str; 3])] = &[
    (
        "M_OUTSIDE_CITY",
        [
            "本预案只适用于本市范围内的事件（1.4），报告未登记。",
            "本預案只適用於本市範圍內的事件（1.4），報告未登記。",
            "This plan covers incidents within this city only (1.4). The report was not registered.",
        ],
    ),
    (
        "M_OUT_OF_SCOPE",
        [
            "所报情况不影响订货、结算、分拣、送货任一环节，也不属于货源需求或供需异常（1.4），请改报：{dept}。",
            "所報情況不影響訂貨、結算、分揀、送貨任一環節，也不屬於貨源需求或供需異常（1.4），請改報：{dept}。",
            "What you report affects none of order taking, settlement, sorting or delivery and is not a supply matter (1.4). Please report it to: {dept}.",
        ],
    ),
    (
        "M_NO_EDITION",
        [
            "{date} 尚无生效的预案版本，不能据此登记事件。",
            "{date} 尚無生效的預案版本，不能據此登記事件。",
            "No edition of the plan was in force on {date}; an incident cannot be registered under it.",
        ],
    ),
    (
        "M_SEVERITY_NOT_YOURS",
        [
            "定级须由组长、副组长或临时总指挥确认。",
            "定級須由組長、副組長或臨時總指揮確認。",
            "The level must be confirmed by the leader, the deputy leader or the acting commander.",
        ],
    ),
    (
        "M_SEVERITY_NOT_ALLOWED",
        [
            "“{sub_kind}”不适用“{severity}”级别。",
            "「{sub_kind}」不適用「{severity}」級別。",
            "The level “{severity}” does not apply to “{sub_kind}”.",
        ],
    ),
    ("M_REQUIRED", ["请填写：{field}。", "請填寫：{field}。", "Please fill in: {field}."]),
    (
        "M_LOCATION_VAGUE",
        [
            "请说明详细地点：路段加里程、门牌、坐标或明显地标（3.3.1）。",
            "請說明詳細地點：路段加里程、門牌、座標或明顯地標（3.3.1）。",
            "State the exact place: road with kilometre mark, house number, coordinates or a clear landmark (3.3.1).",
        ],
    ),
    (
        "M_FUTURE_TIME",
        [
            "发生时间不得晚于当前时间。",
            "發生時間不得晚於當前時間。",
            "The time of occurrence may not be in the future.",
        ],
    ),
    (
        "M_SELF_CLEAR_FIRST",
        [
            "营销部请先自行排除；确实无法排除的方可直接报信息中心（2.1.2）。",
            "營銷部請先自行排除；確實無法排除的方可直接報資訊中心（2.1.2）。",
            "Try to clear the fault in your own department first; report directly to the Information Centre only what you cannot clear (2.1.2).",
        ],
    ),
    (
        "M_DUPLICATE",
        [
            "与事件 {no} 疑似重复（同类、同地、{min} 分钟内）。请选择：并入，或说明为何是另一事件。",
            "與事件 {no} 疑似重複（同類、同地、{min} 分鐘內）。請選擇：併入，或說明為何是另一事件。",
            "This looks like incident {no} (same kind, same place, within {min} minutes). Merge it, or say why it is a different incident.",
        ],
    ),
    (
        "M_MERGED_CLOSED",
        [
            "报告已并入 {no}，请在该事件中补充。",
            "報告已併入 {no}，請在該事件中補充。",
            "This report has been merged into {no}. Please add to that incident.",
        ],
    ),
    (
        "M_NOT_YOUR_TASK",
        [
            "该任务由{dept}负责，您不能代为签收或办结。",
            "該任務由{dept}負責，您不能代為簽收或辦結。",
            "This task belongs to {dept}; you cannot acknowledge or complete it for them.",
        ],
    ),
    ("M_ACK_FIRST", ["请先签收任务，再办结。", "請先簽收任務，再辦結。", "Acknowledge the task before completing it."]),
    (
        "M_EVIDENCE_MISSING",
        ["缺少办结凭证：{evidence}。", "缺少辦結憑證：{evidence}。", "Evidence for completion is missing: {evidence}."],
    ),
    ("M_PREREQ", ["前置任务未完成：{task}。", "前置任務未完成：{task}。", "A preceding task is not done: {task}."]),
    (
        "M_REFUSE_REASON",
        ["退回或转派任务须填写理由。", "退回或轉派任務須填寫理由。", "Returning or reassigning a task needs a reason."],
    ),
    ("M_CLOSE_BLOCKED", ["不能结案：{list}。", "不能結案：{list}。", "The incident cannot be closed: {list}."]),
    (
        "M_REOPEN_REASON",
        [
            "重新打开事件须说明理由，且仅限组长、副组长或督察考评中心。",
            "重新打開事件須說明理由，且僅限組長、副組長或督察考評中心。",
            "Reopening needs a reason and is for the leader, deputy leader or the Inspection and Appraisal Centre only.",
        ],
    ),
    (
        "M_STALE",
        [
            "他人已于 {time} 更新此内容，请核对后重新提交。",
            "他人已於 {time} 更新此內容，請核對後重新提交。",
            "Someone else updated this at {time}. Check the change and submit again.",
        ],
    ),
    ("M_CASUALTY_FIELD", ["请先选择是否有人员伤亡。", "請先選擇是否有人員傷亡。", "First say whether anyone is hurt."]),
    (
        "M_SITE_HEAD",
        [
            "事发单位负责人须到场并登记（2.1.2）。",
            "事發單位負責人須到場並登記（2.1.2）。",
            "The head of the unit where it happened must attend and be recorded (2.1.2).",
        ],
    ),
    (
        "M_INSP_READONLY",
        [
            "督察考评中心不参与处置，不能签收、办结或修改任务。",
            "督察考評中心不參與處置，不能簽收、辦結或修改任務。",
            "The Inspection and Appraisal Centre does not take part in handling; it cannot acknowledge, complete or change tasks.",
        ],
    ),
    (
        "M_FORBIDDEN",
        ["您没有查看或操作此内容的权限。", "您沒有查看或操作此內容的權限。", "You are not allowed to view or do this."],
    ),
    (
        "M_CHANNEL_MISSING",
        [
            "尚缺发布凭证：{channels}（3.2.1 要求电视台、电台、手机平台）。",
            "尚缺發布憑證：{channels}（3.2.1 要求電視臺、電臺、手機平臺）。",
            "Proof still missing for: {channels} (3.2.1 requires television, radio and mobile platform).",
        ],
    ),
];

pub const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

/// The catalogue's words for a code in one of `LANGUAGES`.
pub fn template(code: &str, lang: &str) -> &'static str {
    let (_, texts) =
        CATALOGUE.iter().find(|(known, _)| *known == code).unwrap_or_else(|| panic!("{code} is not in the catalogue"));
    texts[LANGUAGES.iter().position(|l| *l == lang).unwrap()]
}

/// Whether `message` is the template with every `{…}` filled by something.
pub fn fills(template: &str, message: &str) -> bool {
    let mut rest = message;
    let mut first = true;
    for piece in template.split('{') {
        let literal = if first { piece } else { piece.split_once('}').map_or(piece, |(_, l)| l) };
        let found = if first {
            rest.starts_with(literal).then_some(0)
        } else if literal.is_empty() {
            (!rest.is_empty()).then_some(rest.len())
        } else {
            rest.find(literal).filter(|gap| *gap > 0)
        };
        let Some(start) = found else { return false };
        rest = &rest[start + literal.len()..];
        first = false;
    }
    rest.is_empty() && !message.contains(['{', '}'])
}

#[test]
fn a_template_is_filled_or_not() {
    assert!(fills("Merge into {no} ({min} minutes).", "Merge into 001 (120 minutes)."));
    assert!(!fills("Merge into {no}.", "Merge into ."));
    assert!(!fills("Merge into {no}.", "Merge into {no}."));
    assert!(fills("No fields.", "No fields."));
    assert!(!fills("No fields.", "No fields. More."));
}
