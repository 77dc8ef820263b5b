// Without a mouse: skip link, search, the list of keys, and a focus that is seen.

import { practice } from "../support/practice.ts";
import { expect, test } from "../support/test.ts";
import { LANGS, say } from "../support/words.ts";

const server = practice();

for (const lang of LANGS) {
  test(`the keyboard reaches everything · ${lang}`, async ({ sit }) => {
    const page = await sit(server, { user: "deputy", lang });
    await page.goto("/board");
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: say(lang, "skip") });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.locator("#main")).toBeFocused();

    await page.keyboard.press("?");
    const keys = page.getByRole("dialog", { name: say(lang, "shortcuts") });
    await expect(keys).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(keys).toBeHidden();

    await page.keyboard.press("/");
    await expect(page.locator("[data-search]")).toBeFocused();
    await page.keyboard.type("YJ");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/incidents\?.*q=YJ/);

    await page.goto("/board");
    await page.keyboard.press("g");
    await page.keyboard.press("n");
    await expect(page).toHaveURL(/\/notices$/);

    await page.goto("/board");
    for (let step = 0; step < 14; step++) {
      await page.keyboard.press("Tab");
      const ring = await page.evaluate(() => {
        const style = getComputedStyle(document.activeElement!);
        return { at: document.activeElement!.outerHTML.slice(0, 80), outline: style.outlineStyle, width: style.outlineWidth, shadow: style.boxShadow };
      });
      expect(ring.outline !== "none" && ring.width !== "0px" || ring.shadow !== "none", `focus is seen at ${ring.at}`).toBe(true);
    }
  });
}
