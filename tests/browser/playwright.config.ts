import { defineConfig } from "@playwright/test";

const looking = process.env.ZHIHUI_SHOTS === "1";

export default defineConfig({
  testDir: ".",
  testMatch: looking ? "looking/*.ts" : ["journeys/*.ts", "pages/*.ts"],
  outputDir: "results/failures",
  workers: Number(process.env.ZHIHUI_BROWSER_WORKERS ?? 2),
  // A loaded machine may be slow once; what fails twice fails.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    launchOptions: {
      executablePath: process.env.ZHIHUI_CHROMIUM,
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
