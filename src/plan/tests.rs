use super::*;

#[test]
fn the_built_in_edition_loads_whole() {
    let edition = built_in();
    assert_eq!(edition.code, "2008-trial");
    assert_eq!(edition.effective_from, date("2008-01-01"));
    assert!(edition.trial);
    assert_eq!(edition.matrix.sub_kinds.len(), 40);
    assert_eq!(edition.matrix.routes.len(), 70);
    assert_eq!(edition.matrix.tasks.len(), 106);
    assert_eq!(edition.matrix.standing_duties.len(), 30);
    assert_eq!(edition.matrix.fields.len(), 51);
    assert_eq!((edition.sections.len(), edition.clauses.len()), (13, 82));
}

#[test]
fn every_sub_kind_has_a_route_for_each_severity_and_scope() {
    let edition = built_in();
    let mut tracks = 0;
    for sub_kind in &edition.matrix.sub_kinds {
        for (severity, scope) in sub_kind.tracks() {
            let route = edition.route(&sub_kind.code, severity, scope).unwrap();
            assert_eq!((route.severity, route.scope), (severity, scope), "{}", sub_kind.code);
            assert_eq!(edition.tasks_of(route).count(), route.tasks.len());
            tracks += 1;
        }
        assert_eq!(edition.fields_of(sub_kind).count(), sub_kind.required_fields.len());
    }
    assert_eq!(tracks, 70);
}

#[test]
fn weather_routes_fall_back_to_the_scope_of_the_severity() {
    let edition = built_in();
    let scope = |severity, scope| edition.route("wx.typhoon", severity, scope).unwrap().scope.unwrap();
    assert_eq!(scope(Severity::Local, None), Scope::PartRegion);
    assert_eq!(scope(Severity::Major, None), Scope::WholeRegion);
    assert_eq!(scope(Severity::Major, Some(Scope::PartRegion)), Scope::PartRegion);
    assert_eq!(scope(Severity::Local, Some(Scope::WholeRegion)), Scope::PartRegion);
    assert!(edition.route("wx.typhoon", Severity::Departmental, None).is_none());
    let voice = edition.route("it.voice_board_down", Severity::Local, Some(Scope::PartRegion));
    assert!(voice.unwrap().tasks.contains(&"it.voice.on_site".to_owned()));
}

#[test]
fn what_notes_said_is_data() {
    let edition = built_in();
    let done_by = |id| edition.task(id).unwrap().done_by;
    assert_eq!(done_by("cmd.local_directive"), DoneBy::Acknowledgement);
    assert_eq!(done_by("veh.report_location"), DoneBy::Report);
    assert_eq!(done_by("sup.gate"), DoneBy::System);
    assert_eq!(done_by("it.voice.on_site"), DoneBy::Completion);
    assert_eq!(edition.task("wx.lg_decide").unwrap().sets.as_deref(), Some("service_suspended"));
    assert!(edition.task("rmd.organise_managers").unwrap().per_region);
    assert!(edition.policy("working_day").unwrap().always_working);
    assert!(!edition.policy("standard").unwrap().always_working);
}

#[test]
fn regional_departments_are_found_by_instance() {
    let edition = built_in();
    assert_eq!(edition.department("RMD-QZ").unwrap().code, "RMD");
    assert_eq!(edition.department("INF").unwrap().code, "INF");
    assert!(edition.department("INF-QZ").is_none());
    let qingze = Text { zh_hans: "青泽县".into(), zh_hant: "青澤縣".into(), en: "Qingze County".into() };
    let name = edition.department_name("RMD-QZ", Some(&qingze)).unwrap();
    assert_eq!(name.zh_hans, "青泽县营销部");
    assert_eq!(name.en, "Qingze County Regional Marketing Department");
    let name = edition.department_name("INF", Some(&qingze)).unwrap();
    assert_eq!(name.zh_hant, "資訊中心");
}

#[test]
fn the_last_effective_edition_stays_in_force() {
    let mut second = built_in();
    second.code = "2010".into();
    second.effective_from = date("2010-05-01");
    let editions = Editions::new([second, built_in()]);
    let code = |day| editions.in_force(date(day)).map(|edition| edition.code.as_str());
    assert_eq!(code("2007-12-31"), None);
    assert_eq!(code("2008-01-01"), Some("2008-trial"));
    assert_eq!(code("2010-04-30"), Some("2008-trial"));
    assert_eq!(code("2026-09-30"), Some("2010"));
    assert!(editions.by_code("2010").is_some() && editions.by_code("2011").is_none());
}

#[test]
fn clauses_are_found_in_any_script() {
    let edition = built_in();
    let hits = |words: &str| edition.clauses.iter().filter(|c| c.mentions(words)).count();
    assert!(hits("语音板") > 0 && hits("語音板") > 0 && hits("VOICE BOARD") > 0 && hits("3.1.7") > 0);
    assert_eq!(hits("nothing of the kind"), 0);
}

#[test]
#[rustfmt::skip]
fn unknown_references_are_refused() {
    for (file, record, from, to, message) in [
        ("m", "task it.voice.on_site", "responsible = \"INF\"", "responsible = \"XYZ\"", "unknown department XYZ"),
        ("m", "task it.voice.on_site", "responsible = \"INF\"", "responsible = \"\"", "unknown department "),
        ("m", "task rmd.organise_managers", "[\"ORD\", \"PUR\", \"DIST\"]", "[\"ORD\", \"PRU\"]", "unknown department PRU"),
        ("m", "task cmd.local_directive", "\"deputy_leader\"", "\"deputy\"", "unknown role deputy"),
        ("m", "task cmd.local_directive", "clause = \"2.1.1-4\"", "clause = \"9.9\"", "unknown clause 9.9"),
        ("m", "task cmd.local_directive", "\"2.1.2-lg-3\"]", "\"9.8\"]", "unknown clause 9.8"),
        ("m", "task cmd.local_directive", "stated = \"none\"", "stated = \"soon\"", "unknown limit class soon"),
        ("m", "task cmd.local_directive", "escalation = \"urgent\"", "escalation = \"loud\"", "unknown escalation policy loud"),
        ("m", "task cmd.local_directive", "evidence = [\"decision_record\"]", "evidence = [\"memo\"]", "unknown evidence memo"),
        ("m", "task sec.run_safety_scheme", "scheme = \"safety\"", "scheme = \"fire\"", "unknown scheme fire"),
        ("m", "scheme safety", "departments = [\"SEC\"]", "departments = [\"SEK\"]", "unknown department SEK"),
        ("m", "scheme safety", "[\"2.1.2-sec-1\"]", "[\"2.1.2-sec-9\"]", "unknown clause 2.1.2-sec-9"),
        ("m", "task cmd.local_directive", "external = []", "external = [\"nasa\"]", "unknown external party nasa"),
        ("m", "task cmd.delegate_acting", "\"both_leaders_away\"", "\"raining\"", "unknown condition raining"),
        ("m", "task wx.lg_decide", "sets = \"service_suspended\"", "sets = \"raining\"", "unknown condition raining"),
        ("m", "task cmd.restore", "after = [\"cmd.activate_hq\"]", "after = [\"cmd.dance\"]", "unknown task cmd.dance"),
        ("m", "department ORD", "parent = \"MKT\"", "parent = \"XYZ\"", "unknown department XYZ"),
        ("m", "department ORD", "\"3.1.12\"", "\"3.1.99\"", "unknown clause 3.1.99"),
        ("m", "role leader", "departments = [\"LG\"]", "departments = [\"XYZ\"]", "unknown department XYZ"),
        ("m", "external_party icbc", "2.1.2-fin-1", "2.1.2-fin-9", "unknown clause 2.1.2-fin-9"),
        ("m", "weather", "\"radio_station\"", "\"carrier_pigeon\"", "unknown external party carrier_pigeon"),
        ("m", "ups", "\"3.1.1\"", "\"3.1.0\"", "unknown clause 3.1.0"),
        ("m", "succession it_failure", "department = \"INF\"", "department = \"XYZ\"", "unknown department XYZ"),
        ("m", "severity local", "\"deputy_leader\"", "\"deputy\"", "unknown role deputy"),
        ("m", "severity_rule sr.vehicle", "[\"vehicle\"]", "[\"boat\"]", "unknown sub kind boat"),
        ("m", "kind vehicle", "\"3.3\"", "\"3.9\"", "unknown section 3.9"),
        ("m", "sub_kind it.power_loss", "\"it_failure\"", "\"it\"", "unknown kind it"),
        ("m", "sub_kind it.power_loss", "\"order_clerk\"", "\"clerk\"", "unknown role clerk"),
        ("m", "sub_kind it.power_loss", "\"ups_carrying\"", "\"ups\"", "unknown field ups"),
        ("m", "limit_class immediately", "\"urgent\"", "\"loud\"", "unknown escalation policy loud"),
        ("m", "standing_duty st.drill", "\"review_report\"", "\"photo\"", "unknown evidence photo"),
        ("m", "standing_duty st.drill", "\"record\"", "\"loud\"", "unknown escalation policy loud"),
        ("m", "task sec.notify_and_activate", "escalation = \"unseen\"", "escalation = \"loud\"", "unknown escalation policy loud"),
        ("c", "clause 3.1.7", "section = \"3.1\"", "section = \"3.7\"", "unknown section 3.7"),
        ("c", "clause 3.1.7", "\"INF\"", "\"IT\"", "unknown department IT"),
    ] {
        expect(file, record, from, to, message);
    }
}

#[test]
fn routes_must_be_whole() {
    let route = "route it.voice_board_down local";
    expect("m", route, "\"it.voice.on_site\"", "\"it.voice.off_site\"", "unknown task it.voice.off_site");
    expect("m", route, "\"it.voice.on_site\"", "\"it.voice.call_neusoft\"", "task it.voice.call_neusoft stands twice");
    expect_also(
        ("m", route, "severity = \"local\"", "severity = \"departmental\""),
        "route it.voice_board_down departmental: the sub-kind does not allow departmental",
        "sub_kind it.voice_board_down: missing route it.voice_board_down local",
    );
    expect_also(
        ("m", route, "\"it.voice_board_down\"", "\"it.voice\""),
        "route it.voice local: unknown sub kind it.voice",
        "sub_kind it.voice_board_down: missing route it.voice_board_down local",
    );
    expect_also(
        ("m", "route wx.typhoon local part_region", "\"part_region\"", "\"whole_region\""),
        "route wx.typhoon local whole_region: the scope does not fit the sub-kind and severity",
        "sub_kind wx.typhoon: missing route wx.typhoon local part_region",
    );
    expect_also(
        ("m", "route wx.typhoon major part_region", "\"part_region\"", "\"whole_region\""),
        "route wx.typhoon major whole_region: stands twice",
        "sub_kind wx.typhoon: missing route wx.typhoon major part_region",
    );
    expect(
        "m",
        "sub_kind it.power_loss",
        "default_severity = \"local\"",
        "default_severity = \"departmental\"",
        "default severity departmental is not allowed",
    );
}

#[test]
fn tasks_must_be_able_to_open() {
    let when = "when = \"both_leaders_away\"\n";
    expect("m", "task cmd.delegate_acting", when, "", "opens on a condition but has no `when`");
    let after = "after = [\"cmd.activate_hq\"]";
    expect("m", "task cmd.restore", after, "after = []", "opens after other tasks but has no `after`");
    expect("m", "task cmd.restore", after, "after = [\"cmd.restore\"]", "circular `after`: cmd.restore -> cmd.restore");
    let open = "trigger = \"open\"";
    expect(
        "m",
        "task cmd.activate_hq",
        open,
        "trigger = \"after\"\nafter = [\"cmd.restore\"]",
        "circular `after`: cmd.activate_hq -> cmd.restore -> cmd.activate_hq",
    );
}

/// A list of people told by name holds together.
#[test]
fn whom_a_task_tells_is_checked() {
    let record = "task sec.notify_and_activate";
    let together = "`notify` and the evidence notified_list belong together";
    let nobody = "who = [\"leading_group\", \"affected_heads\"]";
    for (from, to, message) in [
        ("evidence = [\"notified_list\"]", "evidence = []", together),
        ("escalation = \"unseen\"", "escalation = \"urgent\"", "the ladder of `notify` watches for not_seen alone"),
        ("escalation = \"urgent\"", "escalation = \"unseen\"", "its own ladder watches for not_seen"),
        (nobody, "who = []", "`notify` names nobody"),
        (
            "trigger = \"open\"",
            "trigger = \"open\"\ndone_by = \"acknowledgement\"",
            "a task that notifies is done by completion",
        ),
    ] {
        expect("m", record, from, to, message);
    }
    let clock = "clock = \"elapsed\", basis = \"proposed\" }, escalation";
    let working = "clock = \"working\", basis = \"proposed\" }, escalation";
    expect("m", record, clock, working, "the time to have seen a notice runs day and night");
    expect("m", "task insp.review", "[\"review_report\"]", "[\"notified_list\"]", together);
}

#[test]
fn nothing_stands_twice() {
    for (file, from, to) in [
        ("c", "section 3.1", "3.2"),
        ("c", "clause 1.1", "1.2"),
        ("m", "department ORD", "CSD"),
        ("m", "role driver", "scene_lead"),
        ("m", "external_party icbc", "neusoft"),
        ("m", "condition ups_low", "no_own_spare"),
        ("m", "evidence location", "repair_order"),
        ("m", "severity_rule sr.it_local", "sr.it_paralysis"),
        ("m", "kind vehicle", "security"),
        ("m", "sub_kind it.power_loss", "it.data_loss"),
        ("m", "field site", "region"),
        ("m", "link sorting", "ordering"),
        ("m", "link_state normal", "stopped"),
        ("m", "limit_class quickly", "promptly"),
        ("m", "escalation_policy urgent", "standard"),
        ("m", "task cmd.restore", "cmd.mobilise"),
        ("m", "standing_duty st.drill", "st.plan_review"),
    ] {
        let (noun, code) = from.split_once(' ').unwrap();
        let faults = corrupt(file, from, &format!("\"{code}\""), &format!("\"{to}\""));
        assert_fault(&faults, &format!("{}: {noun} {to}: stands twice", path(file)));
    }
    let faults = corrupt("m", "severity major", "\"major\"", "\"local\"");
    assert_fault(&faults, "plan/duty-matrix.toml: severity local: stands twice");
    assert_fault(&faults, "plan/duty-matrix.toml: severity major: missing");
    let faults = corrupt("m", "succession vehicle", "\"vehicle\"", "\"security\"");
    assert_fault(&faults, "plan/duty-matrix.toml: succession security: stands twice");
    let doubled = MATRIX_SOURCE.replacen("order = 2\n", "order = 1\n", 1);
    let faults = Edition::from_toml(CLAUSES_SOURCE, &doubled).unwrap_err();
    assert_fault(&faults, "plan/duty-matrix.toml: escalation_policy urgent: step 1 stands twice");
}

#[test]
#[rustfmt::skip]
fn empty_translations_are_refused() {
    for (file, record, from, to, language) in [
        ("m", "task it.voice.on_site", "en = \"", "en = \" \" } #", "en"),
        ("m", "department ORD", "\"订单部\"", "\"\"", "zh-Hans"),
        ("m", "field fault_or_error", "\"差錯\"", "\"　\"", "zh-Hant"),
        ("m", "severity local", "\"Leader or deputy instructs; departments act within limits\"", "\"\"", "en"),
        ("c", "clause 3.1.7", "\nzh-Hans = \"", "\nzh-Hans = \"\" #", "zh-Hans"),
        ("c", "section 3.1", "\"網路運行軟、硬體故障及處置\"", "\"\"", "zh-Hant"),
        ("c", "plan", "\"烟草公司客户服务应急预案\"", "\"\"", "zh-Hans"),
    ] {
        expect(
            file,
            record,
            from,
            to,
            &format!("empty translation {language}"),
        );
    }
}

#[test]
#[rustfmt::skip]
fn typing_errors_are_refused_where_they_stand() {
    for (file, record, from, to, message) in [
        ("m", "task it.voice.on_site", "trigger = \"open\"", "triger = \"open\"", "unknown field `triger`"),
        ("m", "task it.voice.on_site", "trigger = \"open\"", "trigger = \"opne\"", "unknown variant `opne`"),
        ("m", "task it.voice.on_site", "trigger = \"open\"\n", "", "missing field `trigger`"),
        ("m", "task it.voice.on_site", "unit = \"working_days\"", "unit = \"days\"", "unknown variant `days`"),
        ("m", "sub_kind it.power_loss", "default_severity = \"local\"", "default_severity = \"big\"", "unknown variant `big`"),
        ("m", "severity_rule sr.wx_part", "\"part_region\"", "\"somewhere\"", "unknown scope somewhere"),
        ("m", "calendar", "\"08:30\"", "\"half past\"", "window_start: `half past` is not a time of day such as 08:30"),
        ("m", "calendar", "\"mon\"", "\"moon\"", "working_days: `moon` is not a weekday"),
        ("m", "field site", "type = \"site\"", "type = \"place\"", "unknown variant `place`"),
        ("m", "department ORD", "zh-Hans = \"订单部\", ", "", "missing field `zh-Hans`"),
        ("c", "clause 3.1.7", "kind = \"", "kind = \"x", "unknown variant"),
    ] {
        expect(file, record, from, to, message);
    }
    expect(
        "m",
        "field site",
        "type = \"site\"",
        "type = \"choice\"",
        "choices belong to the type choice",
    );
}

#[test]
fn both_files_must_be_of_one_edition() {
    let other = MATRIX_SOURCE.replacen("plan_edition = \"2008-trial\"", "plan_edition = \"2009\"", 1);
    let faults = Edition::from_toml(CLAUSES_SOURCE, &other).unwrap_err();
    assert_fault(&faults, "plan/duty-matrix.toml: plan_edition: edition 2009 is not 2008-trial");
}

#[test]
fn both_files_report_at_once() {
    let faults = Edition::from_toml("= nonsense", "[[task]]\nid = 7").unwrap_err();
    assert_eq!(faults.iter().map(|fault| fault.file).collect::<Vec<_>>(), [reading::CLAUSES, reading::MATRIX]);
}

fn built_in() -> Edition {
    Edition::built_in().unwrap_or_else(|faults| panic!("{}", lines(&faults)))
}

fn date(day: &str) -> NaiveDate {
    day.parse().unwrap()
}

fn path(file: &str) -> &'static str {
    if file == "c" { reading::CLAUSES } else { reading::MATRIX }
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

/// The faults after the first `from` inside the record is replaced by `to`.
fn corrupt(file: &str, record: &str, from: &str, to: &str) -> Vec<Fault> {
    let source = if file == "c" { CLAUSES_SOURCE } else { MATRIX_SOURCE };
    let mut parts = record.split(' ');
    let array = parts.next().unwrap();
    let named: Vec<String> = parts.map(|part| format!(" = \"{part}\"\n")).collect();
    let header = if named.is_empty() { format!("[{array}]\n") } else { format!("[[{array}]]\n") };
    let start = source
        .match_indices(&header)
        .map(|(start, _)| start)
        .find(|start| {
            let body = &source[*start..];
            let body = &body[..body[2..].find("\n[[").map_or(body.len(), |end| end + 3)];
            named.iter().all(|name| body.contains(name.as_str()))
        })
        .unwrap_or_else(|| panic!("no record {record}"));
    let at = start + source[start..].find(from).unwrap_or_else(|| panic!("{record} has no {from}"));
    let corrupted = format!("{}{to}{}", &source[..at], &source[at + from.len()..]);
    let result = match file {
        "c" => Edition::from_toml(&corrupted, MATRIX_SOURCE),
        _ => Edition::from_toml(CLAUSES_SOURCE, &corrupted),
    };
    result.err().unwrap_or_else(|| panic!("{record}: {from} -> {to} was taken"))
}

fn assert_fault(faults: &[Fault], start: &str) {
    let found = faults.iter().any(|fault| fault.to_string().starts_with(start));
    assert!(found, "expected {start}\ngot {}", lines(faults));
}

fn expect(file: &str, record: &str, from: &str, to: &str, message: &str) {
    let faults = corrupt(file, record, from, to);
    assert_fault(&faults, &format!("{}: {record}: {message}", path(file)));
}

fn expect_also((file, record, from, to): (&str, &str, &str, &str), first: &str, second: &str) {
    let faults = corrupt(file, record, from, to);
    assert_fault(&faults, &format!("{}: {first}", path(file)));
    assert_fault(&faults, &format!("{}: {second}", path(file)));
}
