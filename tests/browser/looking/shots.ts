// Pictures of every page, for people to look at.

import { everyPage, live, type City } from "../support/city.ts";
import { practice } from "../support/practice.ts";
import { REFUSED, test } from "../support/test.ts";
import { LANGS } from "../support/words.ts";

const server = practice();
let city: City;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  city = await live(server, "zh-Hans");
});

for (const lang of LANGS) {
  for (const phone of [false, true]) {
    for (const theme of ["light", "dark"] as const) {
      if (theme === "dark" && lang !== "zh-Hans") continue;
      test(`${lang} · ${phone ? "phone" : "desk"} · ${theme}`, async ({ sit }) => {
        test.setTimeout(600_000);
        for (const [user, pages] of everyPage(city)) {
          const page = await sit(server, { user, lang, phone, theme, forgive: [REFUSED, /./] });
          for (const [name, path] of pages) {
            await page.goto(path);
            await page.screenshot({ path: `results/shots/${phone ? "phone" : "desk"}/${name}.${lang}.${theme}.png`, fullPage: true });
          }
          await page.close();
        }
      });
    }
  }
}
