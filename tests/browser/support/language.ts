// One page, one language. What people typed and their names stay as written.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";

import { everyText, type Lang } from "./words.ts";

const CJK = /[\u3400-\u9fff\u3000-\u303f\uff01-\uff60]/;
/** Two English words in a row, on a page that is not in English. */
const ENGLISH = /\b[A-Za-z][a-z]{2,}(?:[ ,]+[a-z]{2,}){1,}\b/;
const FOREIGN: Record<Lang, (text: string) => boolean> = {
  en: (text) => CJK.test(text),
  "zh-Hans": (text) => ENGLISH.test(text) || has(text, onlyIn("zh-Hant", "zh-Hans")),
  "zh-Hant": (text) => ENGLISH.test(text) || has(text, onlyIn("zh-Hans", "zh-Hant")),
};
/** Elements whose words are a person's own, or of another language and marked so. */
const AS_WRITTEN = ".as-written, [data-user-text], [lang]:not(html), script, noscript, style, datalist, code, kbd, .who, textarea, template, .tel";

/** Fails for each text on the page that is not in `lang`; `asWritten` are names and typed texts to pass over. */
export async function expectOneLanguage(page: Page, lang: Lang, asWritten: string[] = []) {
  expect.soft(await page.locator("html").getAttribute("lang"), `language of ${page.url()}`).toBe(lang);
  const texts = await page.evaluate(shownTexts, AS_WRITTEN);
  // A language is called by its own name.
  const own = ["简体中文", "繁體中文", "English", ...asWritten].sort((a, b) => b.length - a.length);
  const foreign = texts.filter((text) => FOREIGN[lang](own.reduce((rest, words) => rest.replaceAll(words, ""), text)));
  expect.soft([...new Set(foreign)], `not in ${lang} at ${page.url()}`).toEqual([]);
}

/** Runs in the page. */
function shownTexts(skip: string): string[] {
  const found: string[] = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const text = node.textContent!.replace(/\s+/g, " ").trim();
    if (text && !node.parentElement!.closest(skip)) found.push(text);
  }
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest(skip)) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt", "data-label", "data-text", "data-left", "data-over"]) {
      const text = element.getAttribute(name)?.trim();
      if (text) found.push(text);
    }
  }
  return found;
}

function has(text: string, characters: Set<string>): boolean {
  return [...text].some((one) => characters.has(one));
}

const known = new Map<string, Set<string>>();

/** Characters that are written in `lang` and not in `other`: where both write the same text and the characters differ. */
function onlyIn(lang: Lang, other: Lang): Set<string> {
  const made = known.get(lang);
  if (made) return made;
  const pairs = [...everyText(lang)].map(([id, text]) => [text, everyText(other).get(id) ?? ""]);
  const matrix = readFileSync(join(import.meta.dirname, "../../../plan/duty-matrix.toml"), "utf8");
  for (const [, hant, hans] of matrix.matchAll(/zh-Hant = "([^"]*)", zh-Hans = "([^"]*)"/g)) {
    pairs.push(lang === "zh-Hant" ? [hant, hans] : [hans, hant]);
  }
  const differing = new Set<string>();
  const shared = new Set<string>();
  for (const [mine, theirs] of pairs) {
    for (const one of theirs) shared.add(one);
    if ([...mine].length !== [...theirs].length) continue;
    const others = [...theirs];
    [...mine].forEach((one, i) => CJK.test(one) && one !== others[i] && differing.add(one));
  }
  const only = new Set([...differing].filter((one) => !shared.has(one) && /[\u3400-\u9fff]/.test(one)));
  known.set(lang, only);
  return only;
}
