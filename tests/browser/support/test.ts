// A test with seats: each is one person in front of a browser of their own. What the browser complains about, and what
// the page says in the wrong language, fails the test.

import { expect, test as base, type Browser, type BrowserContextOptions, type Page } from "@playwright/test";

import { expectOneLanguage } from "./language.ts";
import { PASSWORD, type Practice } from "./practice.ts";
import { TYPED } from "./story.ts";
import { LANGS, type Lang } from "./words.ts";

export { expect };

export const DESK = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

export interface Chair {
  /** Sign-in name; left out, nobody is signed in. */
  user?: string;
  lang: Lang;
  phone?: boolean;
  theme?: "light" | "dark";
  script?: boolean;
  /** Complaints this journey provokes on purpose. */
  forgive?: RegExp[];
}

type Sit = (practice: Practice, chair: Chair) => Promise<Page>;

export const test = base.extend<{ sit: Sit }>({
  sit: async ({ browser }, use) => {
    const seats: { page: Page; complaints: string[] }[] = [];
    await use(async (practice, chair) => {
      const page = await seat(browser, practice, chair);
      seats.push({ page, complaints: listen(page, chair) });
      return page;
    });
    for (const { page, complaints } of seats) {
      expect.soft(complaints, `complaints of the browser at ${page.url()}`).toEqual([]);
      await page.context().close();
    }
  },
});

async function seat(browser: Browser, practice: Practice, chair: Chair): Promise<Page> {
  const options: BrowserContextOptions = {
    ...(chair.phone ? PHONE : DESK),
    baseURL: practice.base,
    locale: chair.lang === "en" ? "en-GB" : chair.lang === "zh-Hans" ? "zh-CN" : "zh-TW",
    timezoneId: "Asia/Shanghai",
    javaScriptEnabled: chair.script ?? true,
    colorScheme: chair.theme ?? "light",
  };
  const context = await browser.newContext(options);
  if (chair.user) {
    const signedIn = await context.request.post("/sign-in", { form: { user: chair.user, password: PASSWORD, next: "/account" } });
    expect(new URL(signedIn.url()).pathname, `${chair.user} is signed in`).toBe("/account");
    await context.request.post("/language", { form: { to: chair.lang, next: "/account" } });
  }
  return context.newPage();
}

function listen(page: Page, chair: Chair): string[] {
  const complaints: string[] = [];
  const forgiven = chair.forgive ?? [];
  const complain = (text: string) => {
    if (!forgiven.some((pattern) => pattern.test(text))) complaints.push(`${chair.user ?? "nobody"}: ${text}`);
  };
  page.on("console", (message) => {
    if (message.type() === "error" || /Content Security Policy/i.test(message.text())) complain(message.text());
  });
  page.on("pageerror", (error) => complain(String(error)));
  page.on("response", (response) => {
    if (response.status() >= 500) complain(`${response.status()} ${response.url()}`);
  });
  return complaints;
}

/** What every page has to be: in one language, and no wider than its window. */
export async function expectSound(page: Page, lang: Lang) {
  await expectOneLanguage(page, lang, LANGS.flatMap((each) => Object.values(TYPED[each])));
  const [needed, given] = await page.evaluate(() => [document.scrollingElement!.scrollWidth, innerWidth]);
  expect.soft(needed, `width of ${page.url()}`).toBeLessThanOrEqual(given);
}

/** The page says no, with the message of the catalogue; its code stands behind the words. */
export async function expectRefused(page: Page, code: string) {
  await expect(page.locator("#refusal")).toBeVisible();
  await expect(page.locator("#refusal")).toHaveAttribute("data-code", code);
}

/** Posts a form the page does not offer, as somebody might who writes it by hand. */
export async function send(page: Page, action: string) {
  await Promise.all([
    page.waitForEvent("load"),
    page.evaluate((to) => {
      const form = Object.assign(document.createElement("form"), { method: "post", action: to });
      document.body.append(form);
      form.submit();
    }, action),
  ]);
}

/** A refusal is answered with its page; the browser notes the status. */
export const REFUSED = /status of 4(03|09|22)/;
/** The line is broken on purpose. */
export const BROKEN = /net::ERR_|Failed to fetch|status of 50[234]/;
