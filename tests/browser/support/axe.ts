// axe finds nothing: nothing serious, and nothing moderate either.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page } from "@playwright/test";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function expectAccessible(page: Page) {
  // Run by the browser's own hand, so that the page's security policy stays as it is.
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await (window as any).axe.run(document, {
      resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map((one: any) => ({
      rule: one.id, impact: one.impact, at: one.nodes.slice(0, 4).map((node: any) => `${node.target.join(" ")} — ${node.any?.[0]?.message ?? node.all?.[0]?.message ?? node.none?.[0]?.message ?? ""}`),
    }));
  });
  const grave = found.filter((one: { impact: string }) => one.impact !== "minor");
  expect.soft(grave, `axe at ${page.url()}`).toEqual([]);
}
