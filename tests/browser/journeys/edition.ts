// The plan revised: the editor drafts in three languages, a member says what they think, the leader signs; on its day
// the edition is in force for what is reported then, and what was open keeps its own.

import { minutesAfter, practice, rfc3339 } from "../support/practice.ts";
import { TYPED, voiceBoard } from "../support/story.ts";
import { expect, expectRefused, expectSound, REFUSED, test } from "../support/test.ts";
import { LANGS, say } from "../support/words.ts";

const TASK = "it.voice.on_site";

// A server each: an edition in force is where the next draft begins.
for (const lang of LANGS) {
  test.describe(lang, () => {
    const server = practice("2026-03-24T09:05:00+08:00");

    test(`from a draft to an edition in force · ${lang}`, async ({ sit }) => {
      test.setTimeout(240_000);
      const code = `2026-${lang}`;
      const where = `/plan/revisions/${code}`;
      const open = await voiceBoard(server, lang, `P-${lang}`);
      const before = await server.get("leader", `/incidents/${open}`);
      const editor = await sit(server, { user: "editor", lang, forgive: [REFUSED] });

      await editor.goto("/");
      await editor.locator(".masthead a[href='/plan/revisions']").click();
      await editor.locator("#code").fill("not a code");
      await editor.locator("form[action='/plan/revisions'] button").click();
      await expectRefused(editor, "M_BAD_VALUE");
      await expect(editor.locator("#code")).toHaveValue("not a code");
      await editor.locator("#code").fill(code);
      await editor.locator("form[action='/plan/revisions'] button").click();
      await expect(editor).toHaveURL(new RegExp(`${where}$`));
      await expectSound(editor, lang);

      // A limit, and a clause in its three languages.
      await editor.locator(`.ed-lines a[href='${where}/tasks/${TASK}']`).click();
      await expectSound(editor, lang);
      const limit = editor.locator("[name='limit.due.value']");
      const was = Number(await limit.inputValue());
      await limit.fill(String(was - 1));
      await editor.locator("form.sheet button.btn-primary").click();
      const changed = editor.locator("#differences .ed-record");
      await expect(changed).toHaveCount(1);
      await expect(changed.first().locator(".ed-old").first()).toContainText(String(was));
      await expect(changed.first().locator(".ed-new").first()).toContainText(String(was - 1));
      await editor.locator(`.ed-lines a[href='${where}/clauses/3.1.8']`).click();
      for (const each of LANGS) {
        await editor.locator(`textarea[name='text.${each}']`).fill(TYPED[each].board);
      }
      await expectSound(editor, lang);
      await editor.locator("form.sheet button.btn-primary").click();
      await expect(changed).toHaveCount(2);
      for (const each of LANGS) {
        await expect(editor.locator("#differences")).toContainText(TYPED[each].board);
      }
      await expectSound(editor, lang);

      // Its ladder and one more route, each shown by its name.
      await editor.locator(`.ed-lines a[href='${where}/tasks/${TASK}']`).click();
      await editor.locator("[name=escalation]").selectOption("urgent");
      const kind = editor.locator("fieldset[data-pick]").first().locator("details").last();
      await kind.locator("summary").click();
      await kind.locator("[name=routes]").first().check();
      await expectSound(editor, lang);
      await editor.locator("form.sheet button.btn-primary").click();
      await expect(changed).toHaveCount(3);
      for (const table of await editor.locator("#differences table").all()) {
        await expect(table).not.toContainText("it.voice.");
      }
      await expectSound(editor, lang);

      // A gap is found, shown, and mended.
      await editor.locator(`.ed-lines a[href='${where}/clauses/3.1.8']`).click();
      await editor.locator("textarea[name='text.en']").fill("");
      await editor.locator("form.sheet button.btn-primary").click();
      await expect(editor.locator(".ed-gaps li").first()).toBeVisible();
      await expectSound(editor, lang);
      await editor.locator(`.ed-lines a[href='${where}/clauses/3.1.8']`).click();
      await editor.locator("textarea[name='text.en']").fill(TYPED.en.board);
      await editor.locator("form.sheet button.btn-primary").click();
      await expect(editor.locator("main")).toContainText(say(lang, "ed-check-good"));

      // Opinions are asked for; whom it touches finds it on the page they begin the day with.
      await editor.locator("#asking").fill(TYPED[lang].note);
      await editor.locator("#consultation button").click();
      await expect(editor.locator("#asked")).toContainText(TYPED[lang].note);
      await expectSound(editor, lang);
      const member = await sit(server, { user: "head.inf", lang, forgive: [REFUSED] });
      await member.goto("/department");
      await expectSound(member, lang);
      await member.locator(`#asked a[href='${where}#opinions']`).click();
      await expect(member.locator(".ed-lines")).toHaveCount(0);
      await member.locator("#opinions textarea").fill(TYPED[lang].note);
      await member.locator("#opinions input[value=remark]").check();
      await member.locator("#opinions form button").click();
      await expect(member.locator("#opinions .list")).toContainText(TYPED[lang].note);
      await expectSound(member, lang);

      // The leader reads what changes and what was said, and signs for a day to come.
      const leader = await sit(server, { user: "leader", lang, forgive: [REFUSED] });
      await leader.goto("/plan/editions");
      await leader.locator("main a[href='/plan/revisions']").first().click();
      await leader.locator(`a[href='${where}']`).click();
      await expect(leader.locator("#opinions")).toContainText(TYPED[lang].note);
      await expectSound(leader, lang);
      const day = (days: number) => rfc3339(minutesAfter(server.now(), days * 1440)).slice(0, 10);
      await leader.locator("#effective_from").fill(day(-1));
      await leader.locator("#sign button").click();
      await expectRefused(leader, "M_EFFECTIVE_PAST");
      await expectSound(leader, lang);
      await leader.locator("#effective_from").fill(day(1));
      await leader.locator("#sign button").click();
      await expect(leader.locator("main")).toContainText(day(1));
      await expectSound(leader, lang);
      await leader.locator("form[action$='/approval'] button").click();
      await expect(leader.locator(".banner-done")).toContainText(day(1));
      await expectSound(leader, lang);
      await editor.goto(where);
      await expect(editor.locator(".ed-lines")).toHaveCount(0);

      await leader.goto("/plan/editions");
      const row = leader.locator("tr", { has: leader.locator(`a[href='/plan?edition=${code}']`) });
      await expect(row).toContainText(say(lang, "plan-later"));
      await server.moveBy(1440);
      await leader.reload();
      await expect(row).toContainText(say(lang, "plan-in-force"));
      await expectSound(leader, lang);
      await row.locator("a[href$='/differences']").click();
      await expectSound(leader, lang);
      await leader.goto("/plan/clauses/3.1.8");
      await expect(leader.locator("article")).toContainText(TYPED[lang].board);

      const after = await server.get("leader", `/incidents/${open}`);
      expect(after.edition).toBe(before.edition);
      expect(after.tasks.map((t: { due_at: string }) => t.due_at)).toEqual(before.tasks.map((t: { due_at: string }) => t.due_at));
      const next = await voiceBoard(server, lang, `N-${lang}`);
      expect((await server.get("leader", `/incidents/${next}`)).edition).toBe(code);
      await leader.goto(`/incidents/${next}`);
      await expectSound(leader, lang);
    });
  });
}
