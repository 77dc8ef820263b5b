//! What has happened in Lanchuan in the two days before one first looks in: a closed case the inspection centre is to
//! review, a task overdue, a storm, a van down, and a level that waits for the leader. Each step goes through the write
//! path of any report and act; time passes between them, so what nobody did has climbed the ladder.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use crate::clock::local;
use crate::incident::Closing;
use crate::response::Command;
use crate::task;
use crate::task::transition::Contact;

/// One thing somebody did.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub at: DateTime<Utc>,
    /// Sign-in name.
    pub who: &'static str,
    /// The incident, by the name it has in this story.
    pub incident: &'static str,
    pub act: Act,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    Report(Map<String, Value>),
    Do(Command),
}

const BREAKDOWN: &str = "breakdown";
const BOARD: &str = "board";
const STORM: &str = "storm";
const VAN: &str = "van";
const SYSTEM: &str = "system";

/// Every step, in order of time, the last some minutes before `present`.
pub fn story(present: DateTime<Utc>) -> Vec<Step> {
    let mut story = Story { present, steps: Vec::new() };
    story.closed_breakdown();
    story.voice_board();
    story.rainstorm();
    story.van_down();
    story.hosts_down();
    story.steps.sort_by_key(|step| step.at);
    story.steps
}

struct Story {
    present: DateTime<Utc>,
    steps: Vec<Step>,
}

impl Story {
    /// Two days ago in Shidu: the spare came late, so the inspection centre looks into it.
    fn closed_breakdown(&mut self) {
        let ago = 50 * 60;
        self.report(
            ago,
            "drv.s01",
            BREAKDOWN,
            json!({
                "sub_kind": "veh.breakdown_en_route", "occurred_at": self.clock(ago + 4), "region": "SD",
                "description": "发动机水温过高，无法行驶，无人受伤", "vehicle": "S01", "route": "SD-2",
                "exact_location": "县道 X305 线 12 公里处，石桥村口", "undelivered_customers": 26,
                "links_affected": {"delivery": "restricted"},
            }),
        );
        self.acknowledge(ago - 5, "deputy", BREAKDOWN, "cmd.local_directive");
        self.acknowledge(ago - 6, "head.dist", BREAKDOWN, "veh.dispatch_spare");
        self.acknowledge(ago - 7, "head.dist", BREAKDOWN, "veh.repair");
        self.acknowledge(ago - 8, "drv.s01", BREAKDOWN, "veh.keep_contact");
        self.progress(ago - 14, "drv.s01", BREAKDOWN, "veh.keep_contact", "原地等候，货物完好");
        self.progress(ago - 28, "drv.s01", BREAKDOWN, "veh.keep_contact", "仍在原地等候");
        self.progress(ago - 42, "drv.s01", BREAKDOWN, "veh.keep_contact", "备用车已出发，继续等候");
        self.progress(ago - 20, "head.dist", BREAKDOWN, "veh.dispatch_spare", "备用车 SS1 在外加油，返站后即出发");
        self.complete(
            ago - 44,
            "head.dist",
            BREAKDOWN,
            "veh.dispatch_spare",
            &[("vehicle_dispatch", "SS1，驾驶员随车，报告后第 44 分钟出站")],
        );
        self.acknowledge(ago - 50, "head.dist", BREAKDOWN, "veh.resume_delivery");
        self.acknowledge(ago - 52, "head.rmd-sd", BREAKDOWN, "veh.tell_customers");
        self.complete(
            ago - 76,
            "head.rmd-sd",
            BREAKDOWN,
            "veh.tell_customers",
            &[("call_record", "26 户均已电话告知，当日送达")],
        );
        self.complete(
            ago - 55,
            "drv.s01",
            BREAKDOWN,
            "veh.keep_contact",
            &[("position_checkins", "途中联络三次，备用车已到")],
        );
        self.complete(
            ago - 190,
            "head.dist",
            BREAKDOWN,
            "veh.resume_delivery",
            &[("delivery_receipt", "26 户全部签收")],
        );
        self.complete(
            ago - 215,
            "head.dist",
            BREAKDOWN,
            "veh.repair",
            &[("repair_order", "送修单 SX-1107，更换节温器")],
        );
        let restored_at = self.at(ago - 190);
        self.act(
            ago - 24 * 60,
            "deputy",
            BREAKDOWN,
            Command::Close {
                closing: Closing {
                    result: "26 户当日送达，车辆已修复".to_owned(),
                    restored_at,
                    cause: "节温器损坏，水温过高".to_owned(),
                },
                despite_children: false,
            },
        );
    }

    /// Yesterday: the order department signed for its task and never reported it done.
    fn voice_board(&mut self) {
        let ago = 27 * 60;
        self.report(
            ago,
            "clerk3.ord",
            BOARD,
            json!({
                "sub_kind": "it.voice_board_down", "occurred_at": self.clock(ago + 3), "region": "CITY",
                "description": "电话订货系统 2 号语音板无响应，24 条线路断 8 条，订货受限", "board": "2号语音板",
                "links_affected": {"ordering": "restricted"},
            }),
        );
        self.acknowledge(ago - 7, "deputy", BOARD, "cmd.local_directive");
        self.acknowledge(ago - 12, "head.ord", BOARD, "ord.fallback_ordering");
        self.progress(ago - 25, "head.ord", BOARD, "ord.fallback_ordering", "已启用备用电话，手工登记订单");
        self.acknowledge(ago - 90, "tech1.inf", BOARD, "it.voice.call_neusoft");
        let at = self.at(ago - 93);
        let promised_at = Some(self.at(-3 * 60));
        self.act(
            ago - 95,
            "tech1.inf",
            BOARD,
            Command::Task {
                key: "it.voice.call_neusoft".to_owned(),
                command: task::Command::Contact(Contact {
                    party: "neusoft".to_owned(),
                    phone: "0990-555-0900".to_owned(),
                    at,
                    answer: "备板已从省城发出，工程师随车到场".to_owned(),
                    promised_at,
                }),
                revision: None,
            },
        );
        self.complete(ago - 97, "tech1.inf", BOARD, "it.voice.call_neusoft", &[]);
    }

    /// Since this morning in Yunling: the office has suspended delivery, the customers are being telephoned.
    fn rainstorm(&mut self) {
        let ago = 5 * 60;
        self.report(
            ago,
            "head.rmd-yl",
            STORM,
            json!({
                "sub_kind": "wx.rainstorm", "occurred_at": self.clock(ago + 30), "region": "YL",
                "description": "暴雨，云岭县三个乡镇道路积水中断，640 户无法送货", "scope": "part_region",
                "customers_unsupplied": 640, "links_affected": {"delivery": "restricted"},
            }),
        );
        self.acknowledge(ago - 4, "deputy", STORM, "cmd.local_directive");
        self.acknowledge(ago - 8, "head.rmd-yl", STORM, "wx.report_measures");
        self.acknowledge(ago - 9, "head.dist", STORM, "wx.dist_notify_needs");
        self.complete(
            ago - 35,
            "head.rmd-yl",
            STORM,
            "wx.report_measures",
            &[("cause_note", "建议三个乡镇暂停送货，电话告知客户，其余乡镇照常")],
        );
        self.complete(
            ago - 38,
            "head.dist",
            STORM,
            "wx.dist_notify_needs",
            &[("decision_record", "已提请云岭县营销部和订单部配合：三个乡镇订单顺延")],
        );
        self.acknowledge(ago - 40, "lgo.head", STORM, "wx.lgo_decide");
        self.complete(
            ago - 100,
            "lgo.head",
            STORM,
            "wx.lgo_decide",
            &[("decision_record", "三个乡镇暂停送货，至道路恢复为止；书面决定已送配送中心")],
        );
        self.acknowledge(ago - 108, "head.rmd-yl", STORM, "wx.phone_customers");
        self.progress(ago - 210, "head.rmd-yl", STORM, "wx.phone_customers", "五名客户经理分片联系，已告知 410 户");
    }

    /// Just now in Qingze: the spare is on its way.
    fn van_down(&mut self) {
        let ago = 38;
        self.report(
            ago,
            "drv.q02",
            VAN,
            json!({
                "sub_kind": "veh.breakdown_en_route", "occurred_at": self.clock(ago + 3), "region": "QZ",
                "description": "变速箱故障，车辆无法移动，无人受伤", "vehicle": "Q02", "route": "QZ-3",
                "exact_location": "省道 214 线 37 公里 400 米", "undelivered_customers": 31,
                "links_affected": {"delivery": "restricted"},
            }),
        );
        self.acknowledge(ago - 4, "deputy", VAN, "cmd.local_directive");
        self.acknowledge(ago - 5, "head.dist", VAN, "veh.dispatch_spare");
        self.acknowledge(ago - 6, "drv.q02", VAN, "veh.keep_contact");
        self.complete(
            ago - 11,
            "head.dist",
            VAN,
            "veh.dispatch_spare",
            &[("vehicle_dispatch", "QS1，驾驶员一名，报告后第 11 分钟出站")],
        );
        self.progress(ago - 14, "drv.q02", VAN, "veh.keep_contact", "在原地等候，已设警示标志");
        self.progress(ago - 28, "drv.q02", VAN, "veh.keep_contact", "备用车已联系上，约十分钟到");
    }

    /// Minutes ago: both hosts are down. The rules propose major; the leader has not confirmed it.
    fn hosts_down(&mut self) {
        let ago = 11;
        self.report(
            ago,
            "tech2.inf",
            SYSTEM,
            json!({
                "sub_kind": "it.biz_system_down", "occurred_at": self.clock(ago + 5), "region": "CITY",
                "description": "两台小型机均不可用，全市订货与结算停止",
                "links_affected": {"ordering": "stopped", "settlement": "stopped"},
            }),
        );
        self.acknowledge(ago - 3, "tech2.inf", SYSTEM, "it.biz.call_neusoft");
    }

    fn report(&mut self, ago: i64, who: &'static str, incident: &'static str, body: Value) {
        let body = match body {
            Value::Object(body) => body,
            _ => Map::new(),
        };
        let at = self.at(ago);
        self.steps.push(Step { at, who, incident, act: Act::Report(body) });
    }

    fn acknowledge(&mut self, ago: i64, who: &'static str, incident: &'static str, task: &str) {
        self.handle(ago, who, incident, task, task::Command::Acknowledge { estimate: None });
    }

    fn progress(&mut self, ago: i64, who: &'static str, incident: &'static str, task: &str, text: &str) {
        self.handle(ago, who, incident, task, task::Command::Progress { text: text.to_owned() });
    }

    fn complete(&mut self, ago: i64, who: &'static str, incident: &'static str, task: &str, evidence: &[(&str, &str)]) {
        let evidence: BTreeMap<String, Value> =
            evidence.iter().map(|(code, text)| ((*code).to_owned(), json!(text))).collect();
        self.handle(ago, who, incident, task, task::Command::Complete { evidence });
    }

    fn handle(&mut self, ago: i64, who: &'static str, incident: &'static str, task: &str, command: task::Command) {
        self.act(ago, who, incident, Command::Task { key: task.to_owned(), command, revision: None });
    }

    fn act(&mut self, ago: i64, who: &'static str, incident: &'static str, command: Command) {
        let at = self.at(ago);
        self.steps.push(Step { at, who, incident, act: Act::Do(command) });
    }

    /// So many minutes before the present.
    fn at(&self, ago: i64) -> DateTime<Utc> {
        self.present - TimeDelta::minutes(ago)
    }

    /// The same as a report writes it.
    fn clock(&self, ago: i64) -> String {
        local(self.at(ago)).to_rfc3339()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_in_order_and_ends_before_the_present() {
        let steps = story(DateTime::UNIX_EPOCH);
        assert!(steps.is_sorted_by_key(|s| s.at));
        assert!(steps.iter().all(|s| s.at < DateTime::UNIX_EPOCH));
        for incident in [BREAKDOWN, BOARD, STORM, VAN, SYSTEM] {
            let first = steps.iter().find(|s| s.incident == incident);
            assert!(first.is_some_and(|s| matches!(s.act, Act::Report(_))), "{incident}");
        }
    }
}
