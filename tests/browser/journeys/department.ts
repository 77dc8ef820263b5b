// A department head signs for a card and gives it away; the technician telephones and finishes with evidence.

import { local, practice } from "../support/practice.ts";
import { act, TYPED, voiceBoard } from "../support/story.ts";
import { expect, expectRefused, expectSound, REFUSED, test } from "../support/test.ts";
import { LANGS, say } from "../support/words.ts";

const server = practice();
const CALL = "it.voice.call_neusoft";
const ON_SITE = "it.voice.on_site";

for (const lang of LANGS) {
  test(`signed for, given, telephoned, finished · ${lang}`, async ({ sit }) => {
    const number = await voiceBoard(server, lang, `A-${lang}`);
    const head = await sit(server, { user: "head.inf", lang });
    await head.goto("/");
    await expect(head).toHaveURL(/\/department/);
    const card = head.locator(`#t-${number}-${CALL.replaceAll(".", "\\.")}`);
    await card.getByRole("button").click();
    await expect(head.locator("#hand").locator(`[id='t-${number}-${CALL}']`)).toBeVisible();
    await expectSound(head, lang);

    await head.locator(`[id='t-${number}-${CALL}'] h3 a`).click();
    const duty = head.locator(`[id='t-${CALL}']`);
    await duty.locator("summary", { hasText: say(lang, "cf-assign") }).click();
    await duty.locator("select[name=to]").selectOption("tech1.inf");
    await duty.getByRole("button", { name: say(lang, "cf-assign"), exact: true }).click();
    await expect(duty.locator(".who")).toContainText("tech1.inf");
    await expectSound(head, lang);

    await act(server, "head.inf", number, ON_SITE, "acknowledgement");
    await act(server, "head.inf", number, ON_SITE, "assignment", { to: "tech1.inf" });
    const tech = await sit(server, { user: "tech1.inf", lang, phone: true, forgive: [REFUSED] });
    await tech.goto("/department");
    const mine = tech.locator(`[id='t-${number}-${CALL}']`);
    await expect(mine).toContainText(say(lang, "boards-dep-mine"));
    await mine.locator("h3 a").tap();
    const call = tech.locator(`[id='t-${CALL}']`);
    await signIfAsked();
    await call.locator("summary", { hasText: say(lang, "cf-contact") }).tap();
    await call.locator("[name=number]").fill("0990-555-0900");
    await call.locator("[name=at]").fill(local(server.now()));
    await call.locator("[name=answer]").fill(TYPED[lang].note);
    await call.locator("form[action$=contacts]").getByRole("button").tap();
    await expect(tech.locator("#contacts")).toContainText(TYPED[lang].note);
    await call.locator("summary", { hasText: say(lang, "cf-complete") }).tap();
    await call.locator("form[action$=completion]").getByRole("button").tap();
    await expect(call.locator(".duty-top")).toContainText(say(lang, "cf-task-done"));
    await expectSound(tech, lang);

    const visit = tech.locator(`[id='t-${ON_SITE}']`);
    await visit.locator("summary", { hasText: say(lang, "cf-complete") }).tap();
    await visit.locator("input[name=v_arrival_record]").fill(TYPED[lang].note);
    await visit.locator("form[action$=completion]").getByRole("button").tap();
    await expectRefused(tech, "M_EVIDENCE_MISSING");
    await expect(visit.locator("input[name=v_arrival_record]")).toHaveValue(TYPED[lang].note);
    await expectSound(tech, lang);

    await visit.locator("input[name=v_spare_board_receipt]").fill("0417");
    await visit.locator("form[action$=completion]").getByRole("button").tap();
    await expect(visit.locator(".duty-top")).toContainText(say(lang, "cf-task-done"));
    const task = (await server.get("deputy", `/incidents/${number}`)).tasks.find((one: { task: string }) => one.task === ON_SITE);
    expect(task).toMatchObject({ state: "done", evidence: { spare_board_receipt: "0417", arrival_record: TYPED[lang].note } });

    async function signIfAsked() {
      const sign = call.getByRole("button", { name: say(lang, "cf-sign") });
      if (await sign.isVisible()) await sign.tap();
    }
  });

  test(`two at one card: the second is told what changed · ${lang}`, async ({ sit }) => {
    const number = await voiceBoard(server, lang, `B-${lang}`);
    // Without script nothing on the page is refreshed: the second person looks at an old card.
    const first = await sit(server, { user: "tech1.inf", lang });
    const second = await sit(server, { user: "tech2.inf", lang, script: false, forgive: [REFUSED] });
    await second.goto(`/incidents/${number}`);
    await first.goto(`/incidents/${number}`);
    await first.locator("[id='t-it.voice.call_neusoft'] form[action$=acknowledgement] button").first().click();
    await expect(first.locator("[id='t-it.voice.call_neusoft'] .duty-top")).toContainText(say(lang, "cf-task-signed"));
    await second.locator("[id='t-it.voice.call_neusoft'] form[action$=acknowledgement] button").first().click();
    await expectRefused(second, "M_STALE");
    await expect(second.locator("#refusal")).toContainText("tech1.inf");
    await expectSound(second, lang);
  });
}
