// What stands in the way of closing is listed; then it closes, and prints.

import { createRequire } from "node:module";

import { practice } from "../support/practice.ts";
import { settle, TYPED, voiceBoard } from "../support/story.ts";
import { expect, expectSound, test } from "../support/test.ts";
import { LANGS, say } from "../support/words.ts";

const readPdf: (pdf: Buffer) => Promise<{ text: string; numpages: number }> = createRequire(import.meta.url)("pdf-parse/lib/pdf-parse.js");
const server = practice("2026-09-29T09:05:00+08:00");

for (const lang of LANGS) {
  test(`blocked, closed, printed · ${lang}`, async ({ sit }) => {
    const number = await voiceBoard(server, lang, `E-${lang}`);
    const page = await sit(server, { user: "deputy", lang });
    await page.goto(`/incidents/${number}`);
    const close = page.locator("#close");
    await expect(close.locator(".blocks li").first()).toBeVisible();
    await expect(close.locator("[name=result]")).toHaveCount(0);
    await expectSound(page, lang);

    await settle(server, lang, number);
    await page.locator("#conditions summary", { hasText: say(lang, "cf-recover") }).click();
    await page.locator("form[action$=recovery]").getByRole("button").click();
    await expect(close.locator("[name=result]")).toBeVisible();
    await close.locator("[name=result]").fill(TYPED[lang].note);
    await close.locator("[name=cause]").fill(TYPED[lang].board);
    await close.getByRole("button", { name: say(lang, "cf-close"), exact: true }).click();
    await expect(page.locator("#strip")).toContainText(say(lang, "cf-incident-closed"));
    await expect(close).toContainText(TYPED[lang].note);
    expect((await server.get("deputy", `/incidents/${number}`)).state).toBe("closed");
    await expectSound(page, lang);

    await page.locator("#strip").getByRole("link", { name: say(lang, "cf-print") }).click();
    await expect(page).toHaveURL(/\/print$/);
    await expectSound(page, lang);
    const paper = await readPdf(await page.pdf({ preferCSSPageSize: true, printBackground: false }));
    expect(paper.text).toContain(number);
    expect(paper.text).toContain("2008-trial");
    expect(paper.numpages).toBeLessThanOrEqual(6);
  });
}
