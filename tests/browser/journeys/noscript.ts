// With script switched off: signing in, reporting and signing for work as plain forms.

import { PASSWORD, practice } from "../support/practice.ts";
import { TYPED } from "../support/story.ts";
import { expect, expectSound, REFUSED, test } from "../support/test.ts";
import { LANGS, say } from "../support/words.ts";

const server = practice();

for (const lang of LANGS) {
  test(`forms are enough · ${lang}`, async ({ sit }) => {
    const page = await sit(server, { lang, script: false, forgive: [REFUSED] });
    await page.goto("/report?sub_kind=it.voice_board_down");
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await expectSound(page, lang);
    await page.getByLabel(say(lang, "login")).fill("clerk3.ord");
    await page.getByLabel(say(lang, "password"), { exact: true }).fill("wrong");
    await page.getByRole("button", { name: say(lang, "sign-in") }).click();
    await expect(page.locator("main")).toContainText(say(lang, "m-sign-in"));
    await expect(page.getByLabel(say(lang, "login"))).toHaveValue("clerk3.ord");
    await page.getByLabel(say(lang, "password"), { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: say(lang, "sign-in") }).click();
    await expect(page).toHaveURL(/\/report\?sub_kind=/);
    // The person's own language wins; it is switched by a form too.
    await page.locator(`form[action='/language'] button[value='${lang}']`).first().click();
    await expectSound(page, lang);

    await page.locator("#f-description").fill(TYPED[lang].board);
    await page.locator("#f-board").fill(`N-${lang}`);
    await page.locator("input[name='links_affected.ordering'][value=restricted]").check();
    await page.getByRole("button", { name: say(lang, "report-see") }).click();
    await expect(page.locator("#preview")).toContainText("17:35");
    await page.getByRole("button", { name: say(lang, "report-send"), exact: true }).click();
    await expect(page).toHaveURL(/\/(report\/received|incidents)\/YJ-/);
    const number = /YJ-[\d-]+/.exec(page.url())![0];
    await expectSound(page, lang);

    const head = await sit(server, { user: "head.ord", lang, script: false });
    await head.goto("/department");
    await head.locator(`[id='t-${number}-ord.fallback_ordering'] button`).click();
    await expect(head).toHaveURL(/\/department/);
    await expect(head.locator("#hand")).toContainText(number);
    await expectSound(head, lang);
  });
}
