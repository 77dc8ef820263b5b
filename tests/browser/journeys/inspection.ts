// From a closed incident to an accepted rectification: the inspection centre and the department, through their pages.

import { createRequire } from "node:module";
import type { Page } from "@playwright/test";

import { local, minutesAfter, practice } from "../support/practice.ts";
import { close, finishEverything, signEverything, TYPED, voiceBoard } from "../support/story.ts";
import { expect, expectRefused, expectSound, REFUSED, send, test } from "../support/test.ts";
import { LANGS, say, type Lang } from "../support/words.ts";

const readPdf: (pdf: Buffer) => Promise<{ text: string; numpages: number }> = createRequire(import.meta.url)("pdf-parse/lib/pdf-parse.js");
const server = practice("2026-03-24T09:05:00+08:00");
/** A picture of one point. */
const PHOTO = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

for (const lang of LANGS) {
  test(`reviewed, ordered, put right, accepted · ${lang}`, async ({ sit }) => {
    test.setTimeout(240_000);
    const words = TYPED[lang];
    const number = await lateAndClosed(lang);
    const inspector = await sit(server, { user: "insp1.insp", lang, forgive: [REFUSED] });
    const head = await sit(server, { user: "head.inf", lang, phone: true, forgive: [REFUSED] });

    // The sheet was generated from the record: nothing is typed but what the inspector found.
    await inspector.goto("/");
    await inspector.locator(".masthead a[href='/reviews']").click();
    await expectSound(inspector, lang);
    await inspector.locator(`#open #r-${number} h3 a`).click();
    const late = inspector.locator("#d-INF .late-text").first();
    await expect(late).toBeVisible();
    await expectSound(inspector, lang);
    await inspector.locator("#findings summary", { hasText: say(lang, "rv-add-finding") }).click();
    await inspector.locator("#ft-new").fill(words.board);
    await inspector.locator("#fd-new").selectOption("INF");
    await inspector.locator("#fc-new").fill("3.1.8");
    await inspector.locator("form[action$='/findings'] button").click();
    await expect(inspector.locator("#findings .list > li")).toHaveCount(1);
    await expect(inspector.locator("#findings .list")).toContainText(words.board);

    // The draft goes out; before that the department sees nothing.
    const review = `/reviews/${number}`;
    await head.goto(review);
    await expectRefused(head, "M_FORBIDDEN");
    await inspector.locator("#score").fill("82");
    await inspector.locator("#summary").fill(words.note);
    await inspector.locator("form[action$='/draft'] button").click();
    await expect(inspector.locator("#strip .state").first()).toContainText(say(lang, "rv-state-draft"));
    await expect(inspector.locator("form[action$='/final']")).toHaveCount(0);
    await head.goto(review);
    await expectSound(head, lang);
    await head.locator("#o-INF").fill(words.note);
    await head.locator("form[action$='/objections'] button").click();
    await expect(head.locator("#objections .list")).toContainText(words.note);
    await expect(head.locator("#o-INF")).toHaveCount(0);
    await inspector.reload();
    await inspector.locator("#a-INF").fill(words.note);
    await inspector.locator("form[action$='/answers'] [name=upheld][value=no]").check();
    await inspector.locator("form[action$='/answers'] button").click();
    await inspector.locator("form[action$='/final'] button").click();
    await expect(inspector.locator("#strip .state").first()).toContainText(say(lang, "rv-state-final"));
    await expectSound(inspector, lang);

    const order = await ordered(inspector, lang);
    await answered(head, lang, order);

    // A department never accepts its own: there is no button, and whoever posts without one is refused.
    await expect(head.locator("form[action$='/acceptance']")).toHaveCount(0);
    await send(head, `/rectifications/${order}/acceptance`);
    await expectRefused(head, "M_RECTIFY_SELF");
    await expectSound(head, lang);
    await inspector.goto(review);
    await expect(inspector.locator("form[action$='/closure']")).toHaveCount(0);
    await inspector.goto(`/rectifications/${order}`);
    await expect(inspector.locator("#own")).toContainText(words.note);
    await inspector.locator("form[action$='/acceptance'] button").click();
    await expect(inspector.locator("#strip .state").first()).toContainText(say(lang, "rect-state-accepted"));
    await expectSound(inspector, lang);
    await inspector.goto(review);
    await inspector.locator("form[action$='/closure'] button").click();
    await expect(inspector.locator("#strip .state").first()).toContainText(say(lang, "rv-state-closed"));
    expect((await server.get("insp1.insp", review)).state).toBe("closed");

    for (const [path, sheets] of [[`${review}/print`, 3], [`/rectifications/${order}/print`, 2]] as const) {
      await inspector.goto(path);
      await expectSound(inspector, lang);
      const paper = await readPdf(await inspector.pdf({ preferCSSPageSize: true, printBackground: false }));
      expect(paper.text).toContain(path.split("/")[2]);
      expect(paper.text).toContain("2008-trial");
      expect(paper.numpages).toBeLessThanOrEqual(sheets);
    }
  });
}

/** An order of the first finding: first without a limit, then with one. Answers its number. */
async function ordered(inspector: Page, lang: Lang): Promise<string> {
  const words = TYPED[lang];
  const write = async (dueAt: string) => {
    const fold = inspector.locator("details", { has: inspector.locator("form[action='/rectifications']") }).first();
    if ((await fold.getAttribute("open")) === null) await fold.locator("summary").click();
    await fold.locator("[name=measure]").fill(words.note);
    // Whoever has no script, or another browser, may send the form without it.
    await fold.locator("[name=due_at]").evaluate((input: HTMLInputElement) => (input.required = false));
    await fold.locator("[name=due_at]").fill(dueAt);
    await fold.locator("button").click();
  };
  await write("");
  await expectRefused(inspector, "M_DIRECTIVE_NO_LIMIT");
  await expectSound(inspector, lang);
  if (!/\/reviews\//.test(inspector.url())) await inspector.goBack();
  await write(local(minutesAfter(server.now(), 9 * 1440)));
  await expect(inspector).toHaveURL(/\/rectifications\/ZG-/);
  await expectSound(inspector, lang);
  return /ZG-\d+-\d+/.exec(inspector.url())![0];
}

/** Signed for and answered with a photo, by the head's phone. */
async function answered(head: Page, lang: Lang, order: string) {
  const words = TYPED[lang];
  await head.goto("/department");
  await head.locator(`a[href='/rectifications/${order}']`).first().click();
  await expectSound(head, lang);
  await head.locator("form[action$='/acknowledgement'] button").click();
  await head.locator("#answer").fill(words.note);
  await head.locator("#photo").setInputFiles({ name: "filter.png", mimeType: "image/png", buffer: PHOTO });
  await head.locator("form[action$='/answer'] button").click();
  await expect(head.locator("#strip .state").first()).toContainText(say(lang, "rect-state-answered"));
  await expect(head.locator("#own")).toContainText("filter.png");
  await expectSound(head, lang);
}

/** Signed for in time and finished late; closed. */
async function lateAndClosed(lang: Lang): Promise<string> {
  const number = await voiceBoard(server, lang, `I-${lang}`);
  await signEverything(server, number);
  await server.moveBy(150);
  await finishEverything(server, lang, number);
  await close(server, lang, number);
  return number;
}
