// The leadership group opens a command post; command goes from hand to hand, and everyone sees it as it happens.

import { practice } from "../support/practice.ts";
import { hostsDown, TYPED } from "../support/story.ts";
import { expect, expectSound, REFUSED, test } from "../support/test.ts";
import { LANGS, say } from "../support/words.ts";

const server = practice();

for (const lang of LANGS) {
  test(`two taps set up the headquarters, and the directive's receipt comes in live · ${lang}`, async ({ sit }) => {
    const number = await hostsDown(server, lang);
    const page = await sit(server, { user: "leader", lang });
    await page.goto("/board");
    await page.locator(`#v-${number} a[href$="/post"]`).click();
    await expectSound(page, lang);
    await page.locator("#setup button.btn-big").click();
    await expect(page.locator(".cell-chief")).toContainText(say(lang, "post-since", { time: "" }).trim().split(" ")[0]);
    expect((await server.get("leader", `/headquarters/${number}`)).state).toBe("active");
    await expectSound(page, lang);
    await server.post("leader", "/directives", {
      incident: number, departments: ["ORD"], text: TYPED[lang].note, due_at: "2026-09-30T20:00:00+08:00",
    });
    const order = page.locator("#orders article").first();
    await expect(order).toContainText(TYPED[lang].note);
    const { items } = await server.get("leader", `/directives?incident=${number}`);
    await server.post("head.ord", `/directives/${items[0].number}/acknowledgement`, {});
    await expect(order.locator(".state-signed, .stage-done, .state-done").first()).toBeVisible();
    await expectSound(page, lang);
  });
}

test("both away: the letter, the handover, two leaders and a delegate at once", async ({ sit }) => {
  const lang = "zh-Hans";
  const number = await hostsDown(server, lang);
  const out = { state: "out", from: "2026-09-30T17:00:00+08:00", until: "2026-10-05T12:00:00+08:00" };
  await server.post("leader", "/presence", out);
  await server.post("deputy", "/presence", out);
  const leader = await sit(server, { user: "leader", lang, forgive: [REFUSED] });
  const deputy = await sit(server, { user: "deputy", lang, forgive: [REFUSED] });
  const head = await sit(server, { user: "head.inf", lang });
  const where = `/incidents/${number}/post`;
  await leader.goto(where);
  await leader.locator("#setup button.btn-big").click();
  await deputy.goto(where);
  await head.goto(where);
  await expect(leader.locator("#delegate select[name=to]")).toHaveValue("head.inf");
  await server.moveBy(4);
  await leader.locator("#delegate button.btn-big").click();
  for (const page of [leader, deputy, head]) {
    await expect(page.locator(".cell-chief")).toContainText(say(lang, "post-authorised-by", { who: "" }).slice(0, 1));
  }
  await head.reload();
  await head.locator("#accept button").click();
  await expect(head.locator("#accept")).toHaveCount(0);
  await server.moveBy(30);
  await server.post("deputy", "/presence", { state: "in" });
  await expect(deputy.locator("#presence")).toContainText(say(lang, "post-in-city"));
  await head.reload();
  await head.locator("#handover summary").click();
  await head.locator("#hand-to").selectOption("deputy");
  await head.locator("#situation").fill(TYPED[lang].note);
  await head.locator("#handover form button").click();
  await deputy.reload();
  await expect(deputy.locator("#takeover")).toContainText(TYPED[lang].note);
  await deputy.locator("#takeover button").click();
  const post = await server.get("leader", `/headquarters/${number}`);
  expect(post.command_periods.map((p: { person: string }) => p.person).at(-1)).toBe("deputy");
  await expect(leader.locator("#band ol li")).toHaveCount(post.command_periods.length);
  // The papers, as they are printed.
  await leader.goto(`${where}`);
  await leader.locator("#band a[href*=letters]").first().click();
  await expect(leader.locator("h1")).toHaveText(say(lang, "post-letter-title"));
  const pdf = await leader.pdf({ format: "A4" });
  expect(pdf.byteLength).toBeGreaterThan(5_000);
  await server.post("leader", "/presence", { state: "in", person: "leader" });
});
