//! Every refusal of an attached version, and which version stands when.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::circular::tests::{at, lanchuan, who};

const NOW: &str = "2026-03-24T10:00:00+08:00";

fn attach(scheme: &str, version: &str) -> Attach {
    Attach {
        scheme: scheme.to_owned(),
        version: version.to_owned(),
        checklist: " 关闭电源 \n\n 清点人员\n".to_owned(),
        file: "方案.pdf".to_owned(),
        content: b"%PDF-1.4 scheme".to_vec(),
    }
}

fn checked(attach: Attach, attached: &Schemes, login: &str) -> Result<(Document, Upload), Refused> {
    let (edition, directory) = lanchuan();
    attach.check(&edition, attached, &who(&directory, login), at(NOW))
}

fn refused(attach: Attach, login: &str) -> (&'static str, Option<String>) {
    let refused = checked(attach, Schemes::none(), login).err();
    refused.map_or(("taken", None), |r| (r.code(), r.field().map(str::to_owned)))
}

fn document(scheme: &str, version: &str, since: &str) -> Document {
    let (document, _) = checked(attach(scheme, version), Schemes::none(), "head.sec").unwrap();
    Document { at: at(since), ..document }
}

#[test]
fn the_heads_the_matrix_names_attach_a_version() {
    for (login, safety, flood) in [
        ("head.sec", "taken", "taken"),
        ("head.whs", "M_FORBIDDEN", "taken"),
        ("guard1.sec", "M_FORBIDDEN", "M_FORBIDDEN"),
        ("head.inf", "M_FORBIDDEN", "M_FORBIDDEN"),
        ("insp1.insp", "M_FORBIDDEN", "M_FORBIDDEN"),
        ("leader", "M_FORBIDDEN", "M_FORBIDDEN"),
        ("duty", "M_FORBIDDEN", "M_FORBIDDEN"),
    ] {
        assert_eq!(refused(attach("safety", "1"), login).0, safety, "{login}");
        assert_eq!(refused(attach("warehouse_flood", "1"), login).0, flood, "{login}");
    }
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let refused = |attach| {
        let (code, field) = refused(attach, "head.sec");
        (code, field.unwrap_or_default())
    };
    let good = || attach("safety", "2026-1");
    let with = |field: &str| field.to_owned();
    assert_eq!(refused(attach("none", "1")).0, "M_NOT_FOUND");
    assert_eq!(refused(attach("safety", "  ")), ("M_REQUIRED", with("version")));
    assert_eq!(refused(Attach { content: Vec::new(), ..good() }), ("M_REQUIRED", with("file")));
    assert_eq!(refused(Attach { file: "x.html".to_owned(), ..good() }), ("M_REQUIRED", with("file")));
    assert_eq!(refused(attach("safety", &"1".repeat(61))), ("M_BAD_VALUE", with("version")));
    assert_eq!(refused(Attach { checklist: "x\n".repeat(101), ..good() }), ("M_BAD_VALUE", with("checklist")));
    assert_eq!(refused(Attach { checklist: "x".repeat(301), ..good() }), ("M_BAD_VALUE", with("checklist")));

    let attached = Schemes::new(vec![document("safety", "1", NOW)]);
    let again = checked(attach("safety", " 1 "), &attached, "head.sec").unwrap_err();
    assert_eq!((again.code(), again.field()), ("M_BAD_VALUE", Some("version")));
    assert!(checked(attach("warehouse_flood", "1"), &attached, "head.sec").is_ok(), "another scheme counts its own");
}

#[test]
fn a_version_is_kept_as_it_was_sent() {
    let (document, upload) = checked(attach("safety", " 2026-1 "), Schemes::none(), "head.sec").unwrap();
    assert_eq!((document.version.as_str(), document.name.as_str()), ("2026-1", "方案.pdf"));
    assert_eq!(document.checklist, ["关闭电源", "清点人员"]);
    assert_eq!((document.sha256, document.size), (upload.sha256_hex(), 15));
}

#[test]
fn the_newest_stands_and_is_written_down_once() {
    let schemes = Schemes::new(vec![
        document("safety", "1", "2026-03-24T10:00:00+08:00"),
        document("warehouse_flood", "A", "2026-03-24T10:30:00+08:00"),
        document("safety", "2", "2026-03-24T11:00:00+08:00"),
    ]);
    let stands = |when: &str| schemes.standing_at("safety", at(when)).map(|d| d.version.as_str());
    assert_eq!(stands("2026-03-24T09:59:59+08:00"), None);
    assert_eq!(stands("2026-03-24T10:59:59+08:00"), Some("1"));
    assert_eq!(stands("2026-03-24T11:00:00+08:00"), Some("2"));
    let used = |before: Option<&str>, now: &str| {
        schemes.newly_used("safety", before.map(at), at(now)).map(|d| d.version.as_str())
    };
    assert_eq!(used(None, "2026-03-24T09:00:00+08:00"), None);
    assert_eq!(used(None, "2026-03-24T10:40:00+08:00"), Some("1"));
    assert_eq!(used(Some("2026-03-24T10:10:00+08:00"), "2026-03-24T10:40:00+08:00"), None, "written down already");
    assert_eq!(used(Some("2026-03-24T10:10:00+08:00"), "2026-03-24T11:10:00+08:00"), Some("2"), "another stands now");
    assert_eq!(used(Some("2026-03-24T09:00:00+08:00"), "2026-03-24T10:10:00+08:00"), Some("1"), "attached since");
}
