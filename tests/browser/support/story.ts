// Incidents the journeys begin with, reported through the API by whoever would report them.

import { rfc3339, type Practice } from "./practice.ts";
import type { Lang } from "./words.ts";

/** What the people of a story type, as they type it. */
export const TYPED: Record<Lang, Record<"board" | "hosts" | "van" | "rain" | "road" | "note", string>> = {
  "zh-Hans": {
    board: "订单采集系统语音板失效，24条线路断8条",
    hosts: "两台小型机均不可用，全市订货与结算停止",
    van: "变速箱故障，车辆无法移动，无人受伤",
    rain: "暴雨，三个乡镇道路积水中断",
    road: "省道214线37公里400米",
    note: "已启用备用电话，手工登记订单",
  },
  "zh-Hant": {
    board: "訂單採集系統語音板失效，24條線路斷8條",
    hosts: "兩台小型機均不可用，全市訂貨與結算停止",
    van: "變速箱故障，車輛無法移動，無人受傷",
    rain: "暴雨，三個鄉鎮道路積水中斷",
    road: "省道214線37公里400米",
    note: "已啟用備用電話，手工登記訂單",
  },
  en: {
    board: "Voice board 2 dead, 8 of 24 lines lost",
    hosts: "Both hosts down, ordering and settlement stopped",
    van: "Gearbox broken, the van cannot move, nobody hurt",
    rain: "Heavy rain, roads to three towns under water",
    road: "Provincial road 214, km 37+400",
    note: "Spare telephones in use, orders written down",
  },
};

/** A voice board is down in the city: cards for the deputy leader, the Information Centre and the Order Department. */
export async function voiceBoard(server: Practice, lang: Lang, board = "2"): Promise<string> {
  return report(server, "clerk3.ord", lang, "board", {
    sub_kind: "it.voice_board_down", region: "CITY", board, links_affected: { ordering: "restricted" },
  });
}

/** Both hosts are down: the rules propose a major incident. */
export async function hostsDown(server: Practice, lang: Lang): Promise<string> {
  return report(server, "tech2.inf", lang, "hosts", {
    sub_kind: "it.biz_system_down", region: "CITY", links_affected: { ordering: "stopped", settlement: "stopped" },
  });
}

/** A van is down on the road. */
export async function vanDown(server: Practice, lang: Lang, van = "Q02", region = "QZ"): Promise<string> {
  return report(server, `drv.${van.toLowerCase()}`, lang, "van", {
    sub_kind: "veh.breakdown_en_route", region, vehicle: van, route: `${region}-3`, exact_location: TYPED[lang].road,
    undelivered_customers: 31, links_affected: { delivery: "restricted" },
  });
}

/** Heavy rain cuts off part of Yunling. */
export async function rain(server: Practice, lang: Lang): Promise<string> {
  return report(server, "head.rmd-yl", lang, "rain", {
    sub_kind: "wx.rainstorm", region: "YL", scope: "part_region", customers_unsupplied: 640,
    links_affected: { delivery: "restricted" },
  });
}

export async function act(server: Practice, user: string, number: string, task: string, call: string, body: object = {}) {
  return server.post(user, `/incidents/${number}/tasks/${task}/${call}`, body);
}

/** Everything of a voice board that is down, signed for by whoever has to. */
export async function signEverything(server: Practice, number: string) {
  await act(server, "deputy", number, "cmd.local_directive", "acknowledgement");
  await act(server, "tech1.inf", number, "it.voice.call_neusoft", "acknowledgement");
  await act(server, "head.inf", number, "it.voice.on_site", "acknowledgement");
  await act(server, "head.ord", number, "ord.fallback_ordering", "acknowledgement");
}

/** And done, with its evidence. */
export async function finishEverything(server: Practice, lang: Lang, number: string) {
  const { note } = TYPED[lang];
  const called = { party: "neusoft", number: "0990-555-0900", answer: note };
  await act(server, "tech1.inf", number, "it.voice.call_neusoft", "contacts", called);
  await act(server, "tech1.inf", number, "it.voice.call_neusoft", "completion", { evidence: { contact_log: true } });
  const arrived = { arrival_record: note, spare_board_receipt: "0417" };
  await act(server, "head.inf", number, "it.voice.on_site", "completion", { evidence: arrived });
  await act(server, "head.ord", number, "ord.fallback_ordering", "completion", { evidence: { time_mark: note } });
}

export async function settle(server: Practice, lang: Lang, number: string) {
  await signEverything(server, number);
  await finishEverything(server, lang, number);
}

/** The trouble is over, and the incident closed. */
export async function close(server: Practice, lang: Lang, number: string) {
  const { note, board } = TYPED[lang];
  await server.post("deputy", `/incidents/${number}/recovery`, {});
  const closing = { result: note, cause: board, restored_at: rfc3339(server.now()) };
  await server.post("deputy", `/incidents/${number}/closure`, closing);
}

async function report(
  server: Practice, who: string, lang: Lang, what: keyof (typeof TYPED)["en"], body: Record<string, unknown>,
): Promise<string> {
  const said = { occurred_at: rfc3339(server.now()), description: TYPED[lang][what], ...body };
  // A journey may find the same matter reported by the run before it; this one is another.
  const { number } = await server.post(who, "/incidents", { not_duplicate_reason: "another one", ...said });
  return number;
}
