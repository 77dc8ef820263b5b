// The rules propose "major"; the leader decides from the board.

import { practice } from "../support/practice.ts";
import { hostsDown, TYPED } from "../support/story.ts";
import { expect, expectSound, REFUSED, test } from "../support/test.ts";
import { LANGS, say } from "../support/words.ts";

const server = practice();

for (const lang of LANGS) {
  test(`a major incident is confirmed from the board · ${lang}`, async ({ sit }) => {
    const number = await hostsDown(server, lang);
    const page = await sit(server, { user: "leader", lang });
    await page.goto("/");
    await expect(page).toHaveURL(/\/board/);
    const verdict = page.locator(`#v-${number}`);
    await expect(verdict).toContainText(number);
    await expectSound(page, lang);
    await verdict.locator("form[action$=severity] button.btn-primary").first().click();
    await expect(page).toHaveURL(/\/board/);
    await expect(page.locator(`#v-${number}`)).toHaveCount(0);
    await expect(page.locator(`#i-${number}`)).toHaveClass(/case-major/);
    expect((await server.get("leader", `/incidents/${number}`)).severity).toBe("major");
    await expectSound(page, lang);
  });

  test(`lowering needs a reason, and keeps what was chosen · ${lang}`, async ({ sit }) => {
    const number = await hostsDown(server, lang);
    const page = await sit(server, { user: "leader", lang, forgive: [REFUSED] });
    await page.goto("/board");
    const verdict = page.locator(`#v-${number}`);
    await verdict.locator("summary", { hasText: say(lang, "boards-other-level") }).click();
    await verdict.locator("input[value=local]").check();
    // A space is no reason, but the browser lets it through.
    await verdict.locator("textarea[name=reason]").fill(" ");
    await verdict.locator("textarea[name=reason] >> xpath=ancestor::form").getByRole("button").click();
    await expect(page.locator("#refusal")).toBeVisible();
    await expect(page.locator("#refusal")).toHaveAttribute("data-code", /M_\w+/);
    const chosen = page.locator("input[name=severity][value=local]:checked").first();
    await expect(chosen).toBeVisible();
    await expectSound(page, lang);
    const form = page.locator("form[action$=severity]").filter({ has: page.locator("input[name=severity][value=local]:checked") }).first();
    await form.locator("textarea[name=reason]").fill(TYPED[lang].note);
    await form.getByRole("button").last().click();
    await expect(page.locator("#refusal")).toHaveCount(0);
    const saved = await server.get("leader", `/incidents/${number}`);
    expect(saved).toMatchObject({ severity: "local" });
    await page.goto("/board");
    await expect(page.locator(`#v-${number}`)).toHaveCount(0);
  });
}
