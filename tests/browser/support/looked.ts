// Every page of the city as one window shows it.

import { expectAccessible } from "./axe.ts";
import { everyPage, live, type City } from "./city.ts";
import { practice } from "./practice.ts";
import { expectSound, REFUSED, test } from "./test.ts";
import type { Lang } from "./words.ts";

/** Tests for each reader: all pages of theirs are accessible, in one language, within the window, without complaint. */
export function lookAtEveryPage(looks: { lang: Lang; phone: boolean; theme: "light" | "dark" }[]) {
  const server = practice();
  let city: City;
  test.beforeAll(async () => {
    test.setTimeout(180_000);
    city = await live(server, "zh-Hans");
  });

  const readers = everyPage({} as City).map(([user]) => user);
  for (const { lang, phone, theme } of looks) {
    for (const user of readers) {
      test(`${user ?? "nobody"} · ${lang} · ${phone ? "phone" : "desk"} · ${theme}`, async ({ sit }) => {
        test.setTimeout(300_000);
        const page = await sit(server, { user, lang, phone, theme, forgive: [REFUSED, /status of 404/] });
        const [, pages] = everyPage(city).find(([reader]) => reader === user)!;
        for (const [, path] of pages) {
          await page.goto(path);
          await expectSound(page, lang);
          await expectAccessible(page);
        }
      });
    }
  }
}
