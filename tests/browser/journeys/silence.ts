// Nobody acts. The screens of those who must know change by themselves, and say so when they can't.

import { practice } from "../support/practice.ts";
import { TYPED, voiceBoard } from "../support/story.ts";
import { BROKEN, expect, expectSound, test } from "../support/test.ts";
import { LANGS, say } from "../support/words.ts";

const server = practice();

for (const lang of LANGS) {
  test(`silence climbs the ladder on open screens · ${lang}`, async ({ sit }) => {
    const number = await voiceBoard(server, lang, `C-${lang}`);
    const board = await sit(server, { user: "deputy", lang });
    const notices = await sit(server, { user: "leader", lang, phone: true });
    const head = await sit(server, { user: "head.ord", lang });
    await board.goto("/board");
    await notices.goto("/notices");
    await head.goto(`/incidents/${number}`);
    // A page that was loaded again would have lost this.
    for (const page of [board, notices, head]) await page.evaluate(() => Object.assign(window, { still: "here" }));
    const unread = Number(await board.locator("#bell").getAttribute("data-unread"));
    const listed = await notices.locator("#notices .notice").count();
    await head.locator("#comment").fill(TYPED[lang].note);

    await server.moveBy(31);
    await expect.poll(async () => Number(await board.locator("#bell").getAttribute("data-unread"))).toBeGreaterThan(unread);
    await expect(board).toHaveTitle(/^\(\d+\) /);
    await expect(board.locator(`#i-${number}`)).toContainText(say(lang, "boards-overdue-count", { n: 2 }));
    await expect.poll(() => notices.locator("#notices .notice").count()).toBeGreaterThan(listed);
    await expect(notices.locator("#notices")).toContainText(number);
    const card = head.locator("[id='t-ord.fallback_ordering']");
    await expect(card.locator(".countdown .late, .duty-top .late").first()).toBeVisible();
    await expect(head.locator("#comment")).toHaveValue(TYPED[lang].note);
    for (const page of [board, notices, head]) {
      expect(await page.evaluate(() => (window as { still?: string }).still)).toBe("here");
      await expectSound(page, lang);
    }
  });

  test(`a broken line is said, and healed · ${lang}`, async ({ sit }) => {
    const number = await voiceBoard(server, lang, `D-${lang}`);
    const page = await sit(server, { user: "head.inf", lang, forgive: [BROKEN] });
    await page.goto(`/incidents/${number}`);
    await expect(page.locator("#link-state")).toBeHidden();
    await page.locator("#comment").fill(TYPED[lang].note);
    await page.context().setOffline(true);
    // What the page says up to the time.
    const since = say(lang, "offline").split(/\{/)[0];
    await expect(page.locator("#link-state")).toContainText(since, { timeout: 20_000 });
    await expect(page.locator("#link-state")).toContainText(/\d\d:\d\d/);
    await server.moveBy(31);
    await page.context().setOffline(false);
    await expect(page.locator("#link-state")).toBeHidden({ timeout: 45_000 });
    await expect(page.locator("#comment")).toHaveValue(TYPED[lang].note);
    await expect(page.locator("[id='t-ord.fallback_ordering'] .late").first()).toBeVisible();
  });
}

test("a server that is gone is said", async ({ sit }) => {
  const page = await sit(server, { user: "deputy", lang: "en", forgive: [BROKEN] });
  await page.goto("/board");
  await server.kill();
  await expect(page.locator("#link-state")).toContainText("Disconnected since", { timeout: 20_000 });
});
