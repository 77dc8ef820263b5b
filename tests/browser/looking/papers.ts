// Everything that is printed, as A4, for people to look at.

import { everyPage, live, type City } from "../support/city.ts";
import { practice } from "../support/practice.ts";
import { test } from "../support/test.ts";
import { LANGS } from "../support/words.ts";

const server = practice();
let city: City;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  city = await live(server, "zh-Hans");
});

for (const lang of LANGS) {
  test(`papers · ${lang}`, async ({ sit }) => {
    test.setTimeout(180_000);
    for (const [user, pages] of everyPage(city)) {
      const papers = pages.filter(([, path]) => path.endsWith("/print"));
      if (papers.length === 0) continue;
      const page = await sit(server, { user, lang });
      for (const [name, path] of papers) {
        await page.goto(path);
        await page.pdf({ path: `results/shots/paper/${name}.${lang}.pdf`, preferCSSPageSize: true });
      }
      await page.close();
    }
  });
}
