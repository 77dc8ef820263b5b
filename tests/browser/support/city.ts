// A city in the middle of things, and every page of it by who reads it.

import { rfc3339, type Practice } from "./practice.ts";
import { act, close, finishEverything, hostsDown, rain, settle, signEverything, TYPED, vanDown, voiceBoard } from "./story.ts";
import type { Lang } from "./words.ts";

/** Numbers of the incidents that stand behind the pages. */
export interface City {
  order: string;
  circular: string;
  /** An announcement drawn up from a signed decision. */
  announcement: string;
  decision: string;
  /** Closed with a late duty: its review waits. */
  late: string;
  /** As `late`; its draft is out, a department objects. */
  judged: string;
  rectification: string;
  /** A draft of an edition, its code. */
  draft: string;
  board: string;
  hosts: string;
  van: string;
  rain: string;
  closed: string;
}

/** Lives a day: one incident closed, one major confirmed and one to confirm, cards signed, late, given back, helped. */
export async function live(server: Practice, lang: Lang): Promise<City> {
  const words = TYPED[lang];
  const closed = await voiceBoard(server, lang, "1");
  const late = await voiceBoard(server, lang, "4");
  const judged = await voiceBoard(server, lang, "5");
  await settle(server, lang, closed);
  await signEverything(server, late);
  await signEverything(server, judged);
  await server.moveBy(50);
  await close(server, lang, closed);
  await finishEverything(server, lang, late);
  await close(server, lang, late);
  await finishEverything(server, lang, judged);
  await close(server, lang, judged);
  const rectification = await judge(server, lang, judged);
  const draft = await revise(server, lang);
  const board = await voiceBoard(server, lang, "2");
  await act(server, "head.inf", board, "it.voice.call_neusoft", "assignment", { to: "tech1.inf" });
  await act(server, "head.ord", board, "ord.fallback_ordering", "acknowledgement");
  await act(server, "head.ord", board, "ord.fallback_ordering", "progress", { text: words.note });
  const rained = await rain(server, lang);
  await act(server, "deputy", rained, "cmd.local_directive", "acknowledgement");
  const down = await hostsDown(server, lang);
  await server.post("leader", `/incidents/${down}/severity`, { severity: "major" });
  await server.post("leader", "/headquarters", { incident: down });
  const order = await server.post("leader", "/directives", {
    incident: down, departments: ["ORD", "INF"], text: words.note, due_at: soon(server, 45),
  });
  await server.post("head.ord", `/directives/${order.number}/acknowledgement`, {});
  await server.post("leader", "/resource-requests", {
    headquarters: down, kind: "people", what: words.note, quantity: 6, department: "DIST", due_at: soon(server, 90),
  });
  const circular = await server.post("deputy", "/circulars", {
    title: words.board, facts: words.note, clauses: ["2.1.2-lg-4"], departments: ["ORD", "INF"], incident: down,
  });
  await act(server, "head.rmd-yl", rained, "wx.report_measures", "acknowledgement");
  await act(server, "head.rmd-yl", rained, "wx.report_measures", "completion", { evidence: { cause_note: words.note } });
  const decision = await server.post("leader", "/decisions", {
    incident: rained, kind: "suspend", areas: ["YL"], links: ["delivery"], from: soon(server, 5), reason: words.note,
  });
  const announcement = await server.post("leader", "/announcements", { decision: decision.number });
  await server.moveBy(70);
  const van = await vanDown(server, lang);
  await act(server, "drv.q02", van, "veh.keep_contact", "acknowledgement");
  await hostsDown(server, lang);
  await act(server, "deputy", van, "cmd.local_directive", "acknowledgement");
  await server.moveBy(12);
  return {
    board, hosts: down, van, rain: rained, closed, late, judged, rectification, draft, order: order.number,
    circular: circular.number, decision: decision.number, announcement: announcement.number,
  };
}

/** Finding, order, answer; the draft is published and a department objects. Answers the order's number. */
async function judge(server: Practice, lang: Lang, number: string): Promise<string> {
  const words = TYPED[lang];
  const review = `/reviews/${number}`;
  await server.post("insp1.insp", `${review}/findings`, { text: words.board, clause: "3.1.8", department: "INF" });
  const { findings } = await server.post("insp1.insp", `${review}/findings`, { text: words.note, clause: "3.1.7", department: "ORD" });
  const order = (finding: number, days: number) => server.post("insp1.insp", "/rectifications", {
    incident: number, finding: findings[finding].id, measure: words.note, due_at: soon(server, days * 1440),
  });
  const { number: answered } = await order(0, 9);
  await order(1, 10);
  await server.post("head.inf", `/rectifications/${answered}/acknowledgement`, {});
  await server.post("head.inf", `/rectifications/${answered}/answer`, { answer: words.note, evidence: words.board });
  await server.post("insp1.insp", `${review}/draft`, { score: 82, summary: words.note });
  await server.post("head.inf", `${review}/objections`, { text: words.note });
  return answered;
}

/** A draft edition with a changed limit and an opinion; a ruling and two questions on a clause. Answers its code. */
async function revise(server: Practice, lang: Lang): Promise<string> {
  const words = TYPED[lang];
  const three = (text: string) => ({ "zh-Hans": text, "zh-Hant": text, en: text });
  const draft = "/editions/2026-draft";
  await server.post("editor", "/editions", { code: "2026-draft" });
  await server.post("editor", `${draft}/tasks/it.voice.on_site`, { due: { value: 25, unit: "minutes", clock: "working" } });
  await server.post("editor", `${draft}/clauses/3.1.8`, { text: three(words.note) });
  await server.post("deputy", `${draft}/opinions`, { stance: "remark", text: words.note });
  await server.post("leader", "/rulings", { clause: "3.1.8", text: three(words.board) });
  const { id } = await server.post("head.inf", "/questions", { clause: "3.1.8", text: words.note });
  await server.post("leader", `/questions/${id}/answer`, { text: words.board });
  await server.post("head.ord", "/questions", { clause: "3.1.8", text: words.board });
  return "2026-draft";
}

/** Every page, by the person it is for. Nobody reads the pages of the door. */
export function everyPage(city: City): [user: string | undefined, pages: [name: string, path: string][]][] {
  return [
    [undefined, [["sign-in", "/sign-in"], ["api", "/api"]]],
    ["leader", [
      ["board", "/board"], ["wall", "/wall"], ["incidents", "/incidents"], ["incident-major", `/incidents/${city.hosts}`],
      ["incident-closed", `/incidents/${city.closed}`], ["print", `/incidents/${city.board}/print`], ["notices", "/notices"],
      ["plan", "/plan"], ["plan-search", "/plan?q=3.1"], ["editions", "/plan/editions"], ["matrix", "/plan/matrix"],
      ["matrix-cell", "/plan/matrix/it.voice_board_down/local"], ["matrix-department", "/plan/matrix?department=INF"],
      ["plan-task", "/plan/tasks/it.voice.on_site"], ["calendar", "/calendar"], ["report", "/report"],
      ["report-form", "/report?sub_kind=it.biz_system_down"], ["audit", "/audit"], ["account", "/account"], ["more", "/more"], ["help", "/help"],
      ["not-found", "/incidents/YJ-20200101-001"],
      ["post", `/incidents/${city.hosts}/post`], ["leadership", "/leadership"], ["directives", "/directives"],
      ["directive", `/directives/${city.order}`], ["directive-new", `/directives/new?incident=${city.hosts}`],
      ["circulars", "/circulars"], ["circular", `/circulars/${city.circular}`], ["circular-new", "/circulars/new"],
      ["checks", "/checks"], ["service", `/incidents/${city.rain}/service`],
      ["decision-new", `/incidents/${city.rain}/decisions/new`], ["resources", `/incidents/${city.hosts}/resources`],
      ["decision", `/decisions/${city.decision}`], ["announcement", `/announcements/${city.announcement}`],
      ["announcement-new", `/incidents/${city.rain}/announcements/new`],
      ["directive-print", `/directives/${city.order}/print`], ["circular-print", `/circulars/${city.circular}/print`],
      ["reviews", "/reviews"], ["review-leader", `/reviews/${city.judged}`], ["rectifications-leader", "/rectifications"],
      ["figures", "/figures"], ["figures-print", "/figures/print"], ["figures-records", "/figures/records"],
      ["drafts", "/plan/revisions"], ["draft-leader", `/plan/revisions/${city.draft}`],
      ["compare", `/plan/editions/${city.draft}/differences`], ["clause", "/plan/clauses/3.1.8"], ["questions", "/plan/questions"],
      ["level", `/incidents/${city.rain}/level?severity=major&scope=whole_region`],
      ["settings", "/settings"], ["schemes", "/plan/schemes"], ["exchanges-leader", "/exchanges"],
    ]],
    ["deputy", [["board-deputy", "/board"], ["incident-late", `/incidents/${city.board}`], ["incident-weather", `/incidents/${city.rain}`],
      ["draft-opinion", `/plan/revisions/${city.draft}`]]],
    ["duty", [["duty", "/duty"], ["notices-duty", "/notices"]]],
    ["head.inf", [["department", "/department"], ["incident-head", `/incidents/${city.board}`],
      ["reviews-head", "/reviews"], ["review-head", `/reviews/${city.judged}`],
      ["rectification-head", `/rectifications/${city.rectification}`], ["figures-head", "/figures"],
      ["clause-head", "/plan/clauses/3.1.8"], ["circulars-head", "/circulars"], ["leadership-head", "/leadership"]]],
    ["head.ord", [["department-ord", "/department"], ["incident-ord", `/incidents/${city.board}`], ["more-head", "/more"],
      ["rectifications-ord", "/rectifications"], ["directive-ord", `/directives/${city.order}`], ["circular-ord", `/circulars/${city.circular}`]]],
    ["clerk3.ord", [["department-clerk", "/department"], ["report-clerk", "/report"], ["received", `/report/received/${city.board}`]]],
    ["drv.q02", [
      ["driver", "/driver"], ["driver-accident", "/driver?accident=ask"], ["driver-hurt", "/driver?accident=hurt"],
      ["driver-form", "/report?sub_kind=veh.breakdown_en_route"], ["driver-received", `/report/received/${city.van}`],
      ["driver-incident", `/incidents/${city.van}`],
    ]],
    ["insp1.insp", [
      ["home-inspector", "/"], ["incident-inspector", `/incidents/${city.closed}`], ["forbidden", "/report"],
      ["reviews-inspector", "/reviews"], ["review-open", `/reviews/${city.late}`], ["review-draft", `/reviews/${city.judged}`],
      ["review-print", `/reviews/${city.judged}/print`], ["rectifications", "/rectifications"],
      ["rectification", `/rectifications/${city.rectification}`], ["rectification-print", `/rectifications/${city.rectification}/print`],
      ["figures-inspector", "/figures"], ["figures-late", "/figures/records?figure=done_late"],
      ["circulars-inspector", "/circulars"], ["circular-new-inspector", "/circulars/new"], ["clause-inspector", "/plan/clauses/3.1.8"],
      ["draft-inspector", `/plan/revisions/${city.draft}`], ["more-inspector", "/more"],
      ["exchanges", "/exchanges"], ["exchange-new", "/exchanges/new"], ["lesson-new", "/lessons/new"],
    ]],
    ["editor", [
      ["home-editor", "/"], ["drafts-editor", "/plan/revisions"], ["draft", `/plan/revisions/${city.draft}`],
      ["draft-clause", `/plan/revisions/${city.draft}/clauses/3.1.8`],
      ["draft-task", `/plan/revisions/${city.draft}/tasks/it.voice.on_site`],
      ["draft-new-task", `/plan/revisions/${city.draft}/tasks`], ["draft-new-clause", `/plan/revisions/${city.draft}/clauses`],
      ["more-editor", "/more"],
    ]],
    ["admin", [["people", "/people"], ["person", "/people/tech1.inf"], ["home-admin", "/"]]],
  ];
}

function soon(server: Practice, minutes: number): string {
  return rfc3339(new Date(server.now().getTime() + minutes * 60_000));
}
