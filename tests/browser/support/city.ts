// A city in the middle of things, and every page of it by who reads it.

import { rfc3339, type Practice } from "./practice.ts";
import { act, hostsDown, rain, TYPED, vanDown, voiceBoard } from "./story.ts";
import type { Lang } from "./words.ts";

/** Numbers of the incidents that stand behind the pages. */
export interface City {
  order: string;
  circular: string;
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
  await act(server, "deputy", closed, "cmd.local_directive", "acknowledgement");
  await act(server, "tech1.inf", closed, "it.voice.call_neusoft", "acknowledgement");
  await act(server, "tech1.inf", closed, "it.voice.call_neusoft", "contacts", { party: "neusoft", number: "0990-555-0900", answer: words.note });
  await act(server, "tech1.inf", closed, "it.voice.call_neusoft", "completion", { evidence: { contact_log: true } });
  await act(server, "head.inf", closed, "it.voice.on_site", "acknowledgement");
  await act(server, "head.inf", closed, "it.voice.on_site", "completion", { evidence: { arrival_record: words.note, spare_board_receipt: "0417" } });
  await act(server, "head.ord", closed, "ord.fallback_ordering", "acknowledgement");
  await act(server, "head.ord", closed, "ord.fallback_ordering", "completion", { evidence: { time_mark: words.note } });
  await server.moveBy(50);
  await server.post("deputy", `/incidents/${closed}/recovery`, {});
  await server.post("deputy", `/incidents/${closed}/closure`, { result: words.note, cause: words.board, restored_at: `${at(server)}` });
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
  await server.moveBy(70);
  const van = await vanDown(server, lang);
  await act(server, "drv.q02", van, "veh.keep_contact", "acknowledgement");
  await hostsDown(server, lang);
  await act(server, "deputy", van, "cmd.local_directive", "acknowledgement");
  await server.moveBy(12);
  return { board, hosts: down, van, rain: rained, closed, order: order.number, circular: circular.number };
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
      ["report-form", "/report?sub_kind=it.biz_system_down"], ["audit", "/audit"], ["account", "/account"], ["more", "/more"],
      ["not-found", "/incidents/YJ-20200101-001"],
      ["post", `/incidents/${city.hosts}/post`], ["leadership", "/leadership"], ["directives", "/directives"],
      ["directive", `/directives/${city.order}`], ["directive-new", `/directives/new?incident=${city.hosts}`],
      ["circulars", "/circulars"], ["circular", `/circulars/${city.circular}`], ["circular-new", "/circulars/new"],
      ["checks", "/checks"], ["service", `/incidents/${city.rain}/service`],
      ["decision-new", `/incidents/${city.rain}/decisions/new`], ["resources", `/incidents/${city.hosts}/resources`], ["level", `/incidents/${city.rain}/level?severity=major&scope=whole_region`],
    ]],
    ["deputy", [["board-deputy", "/board"], ["incident-late", `/incidents/${city.board}`], ["incident-weather", `/incidents/${city.rain}`]]],
    ["duty", [["duty", "/duty"], ["notices-duty", "/notices"]]],
    ["head.inf", [["department", "/department"], ["incident-head", `/incidents/${city.board}`]]],
    ["head.ord", [["department-ord", "/department"], ["incident-ord", `/incidents/${city.board}`], ["more-head", "/more"]]],
    ["clerk3.ord", [["department-clerk", "/department"], ["report-clerk", "/report"], ["received", `/report/received/${city.board}`]]],
    ["drv.q02", [
      ["driver", "/driver"], ["driver-accident", "/driver?accident=ask"], ["driver-hurt", "/driver?accident=hurt"],
      ["driver-form", "/report?sub_kind=veh.breakdown_en_route"], ["driver-received", `/report/received/${city.van}`],
      ["driver-incident", `/incidents/${city.van}`],
    ]],
    ["insp1.insp", [["home-inspector", "/"], ["incident-inspector", `/incidents/${city.closed}`], ["forbidden", "/report"]]],
    ["editor", [["home-editor", "/"]]],
    ["admin", [["people", "/people"], ["person", "/people/tech1.inf"], ["home-admin", "/"]]],
  ];
}

function at(server: Practice): string {
  return new Date(server.now().getTime() + 8 * 3_600_000).toISOString().slice(0, 19) + "+08:00";
}

function soon(server: Practice, minutes: number): string {
  return rfc3339(new Date(server.now().getTime() + minutes * 60_000));
}
