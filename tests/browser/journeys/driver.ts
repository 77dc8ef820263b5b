// A driver's van breaks down: reported from the phone, over a line that comes and goes.

import { practice } from "../support/practice.ts";
import { BROKEN, expect, expectRefused, expectSound, REFUSED, test } from "../support/test.ts";
import { LANGS, say, type Lang } from "../support/words.ts";

const server = practice();

const VANS: Record<Lang, [string, string]> = { "zh-Hans": ["Q02", "Q03"], "zh-Hant": ["Y01", "Y02"], en: ["S01", "S02"] };
const WORDS: Record<Lang, { what: string; road: string; vague: string }> = {
  "zh-Hans": { what: "变速箱坏了，车走不了，没有人受伤", road: "省道214线37公里400米", vague: "路上" },
  "zh-Hant": { what: "變速箱壞了，車走不了，沒有人受傷", road: "省道214線37公里400米", vague: "路上" },
  en: { what: "Gearbox broken, the van cannot move, nobody hurt", road: "Provincial road 214, km 37+400", vague: "on the road" },
};

for (const lang of LANGS) {
  test(`a breakdown is reported from a phone · ${lang}`, async ({ sit }) => {
    const [van] = VANS[lang];
    const page = await sit(server, { user: `drv.${van.toLowerCase()}`, lang, phone: true, forgive: [REFUSED] });
    await page.goto("/");
    await expect(page).toHaveURL(/\/driver$/);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(van);
    await expectSound(page, lang);

    await page.getByRole("link", { name: say(lang, "boards-drv-breakdown") }).tap();
    await expect(page).toHaveURL(/\/report\?.*veh\.breakdown_en_route/);
    await page.locator("#f-description").fill(WORDS[lang].what);
    await page.locator("#f-route").fill("3");
    await page.locator("#f-undelivered_customers").fill("31");

    const preview = page.locator("#preview");
    await expect(preview.locator("[data-task='veh.dispatch_spare']")).toBeVisible();
    await expect(preview.locator("[data-task='veh.dispatch_spare'] [data-due]")).toContainText("17:35");
    await expectSound(page, lang);

    await page.locator("#f-exact_location").fill(WORDS[lang].vague);
    await page.getByRole("button", { name: say(lang, "report-send"), exact: true }).tap();
    await expectRefused(page, "M_LOCATION_VAGUE");
    await expect(page.locator("#f-description")).toHaveValue(WORDS[lang].what);
    await expect(page.locator("#f-exact_location")).toHaveAttribute("aria-invalid", "true");
    await expectSound(page, lang);

    await page.locator("#f-exact_location").fill(WORDS[lang].road);
    await page.getByRole("button", { name: say(lang, "report-send"), exact: true }).tap();
    await expect(page).toHaveURL(/\/report\/received\/YJ-20260930-\d{3}$/);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(say(lang, "report-received"));
    const number = page.url().split("/").pop()!;
    await expect(page.locator("main")).toContainText(number);
    await expectSound(page, lang);

    await page.goto("/driver");
    await expect(page.locator(`#i-${number}`)).toBeVisible();
    const saved = await server.get("duty", `/incidents/${number}`);
    expect(saved.description).toBe(WORDS[lang].what);
  });

  test(`off line, a report is sent once when the line is back · ${lang}`, async ({ sit }) => {
    const van = VANS[lang][1];
    const page = await sit(server, { user: `drv.${van.toLowerCase()}`, lang, phone: true, forgive: [BROKEN] });
    await page.goto("/report?sub_kind=veh.breakdown_en_route");
    const before = (await server.get("duty", "/incidents?limit=100")).items.length;

    await page.context().setOffline(true);
    await page.locator("#f-description").fill(WORDS[lang].what);
    await expect(page.locator("#f-vehicle")).toHaveValue(van);
    await page.locator("#f-route").fill("4");
    await page.locator("#f-undelivered_customers").fill("12");
    await page.locator("#f-exact_location").fill(WORDS[lang].road);
    await page.getByRole("button", { name: say(lang, "report-send"), exact: true }).tap();
    await expect(page.locator("#main")).toContainText(say(lang, "report-draft-offline"));
    await expect(page.locator("#f-description")).toHaveValue(WORDS[lang].what);

    await page.context().setOffline(false);
    await expect(page).toHaveURL(/\/report\/received\/YJ-/, { timeout: 20_000 });
    const number = page.url().split("/").pop()!;
    const after = (await server.get("duty", "/incidents?limit=100")).items.map((one: { number: string }) => one.number);
    const mine = await Promise.all(after.map((one: string) => server.get("duty", `/incidents/${one}`)));
    expect(mine.filter((one) => one.details?.vehicle === van || one.vehicle === van || one.number === number).length).toBe(1);
    expect(after.length).toBeGreaterThan(before);
  });
}
