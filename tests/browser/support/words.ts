// What the product says, read from its own texts: a journey names a message, never its wording.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const LANGS = ["zh-Hans", "zh-Hant", "en"] as const;
export type Lang = (typeof LANGS)[number];

const LOCALES = join(import.meta.dirname, "../../../locales");
const texts = new Map<Lang, Map<string, string>>(LANGS.map((lang) => [lang, read(lang)]));

/** The message `id` in `lang`, with `values` in the places of its variables. */
export function say(lang: Lang, id: string, values: Record<string, string | number> = {}): string {
  const text = texts.get(lang)!.get(id);
  if (text === undefined) throw new Error(`no text ${id} in ${lang}`);
  return text.replace(/\{ *\$(\w+) *\}/g, (place, name) => String(values[name] ?? place));
}

/** Every message of a language by its id. */
export function everyText(lang: Lang): Map<string, string> {
  return texts.get(lang)!;
}

function read(lang: Lang): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(join(LOCALES, lang))) {
    let id = "";
    for (const line of readFileSync(join(LOCALES, lang, file), "utf8").split("\n")) {
      const message = /^([a-zA-Z][\w-]*) *= ?(.*)$/.exec(line);
      if (message) found.set((id = message[1]), message[2]);
      else if (/^\s+\S/.test(line) && id) found.set(id, `${found.get(id)} ${line.trim()}`.trim());
      else id = "";
    }
  }
  return found;
}
