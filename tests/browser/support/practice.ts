// A practice server of one's own: its clock stands still until moved.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "@playwright/test";

import type { Lang } from "./words.ts";

export const PASSWORD = "lanchuan-browser-2026";
export const START = "2026-09-30T17:05:00+08:00";
/** A first start makes a database cluster, migrates, and hashes a password, on a machine that may be busy. */
const PATIENCE_MS = 120_000;

type Json = any;

export class Practice {
  base = "";
  private child?: ChildProcess;
  private dir = "";
  private tokens = new Map<string, string>();
  private clock = new Date(0);

  async start(at: string) {
    const port = await freePort();
    this.clock = new Date(at);
    this.tokens.clear();
    this.base = `http://127.0.0.1:${port}`;
    this.dir = join(process.env.ZHIHUI_BROWSER_DIR!, String(port));
    mkdirSync(this.dir, { mode: 0o755 });
    const log = openSync(join(this.dir, "log"), "a");
    this.child = spawn(
      process.env.ZHIHUI_BIN!,
      ["--practice", "--at", at, "--listen", `127.0.0.1:${port}`, "--data", this.dir],
      { env: { ...without(process.env, "DATABASE_URL"), ZHIHUI_DEMO_PASSWORD: PASSWORD }, stdio: ["ignore", log, log] },
    );
    writeFileSync(join(this.dir, "server.pid"), `${this.child.pid}\n`);
    for (const begun = Date.now(); ; await pause(100)) {
      if (this.child.exitCode !== null) throw new Error(`the server ended:\n${this.log()}`);
      if (Date.now() - begun > PATIENCE_MS) throw new Error(`the server is not up:\n${this.log()}`);
      const up = await fetch(`${this.base}/healthz`).catch(() => null);
      if (up?.ok) break;
    }
  }

  async stop() {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGINT");
    await ended;
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Ends the process hard, as a failing machine does. */
  async kill() {
    const ended = new Promise((done) => this.child!.once("exit", done));
    this.child!.kill("SIGKILL");
    await ended;
  }

  /** The end of what the server wrote. */
  log(): string {
    return readFileSync(join(this.dir, "log"), "utf8").split("\n").slice(-40).join("\n");
  }

  async token(user: string): Promise<string> {
    const known = this.tokens.get(user);
    if (known) return known;
    const { token } = await this.call("POST", "/sessions", { user, password: PASSWORD });
    this.tokens.set(user, token);
    return token;
  }

  async post(user: string, path: string, body: Json): Promise<Json> {
    return this.call("POST", path, body, await this.token(user));
  }

  async get(user: string, path: string): Promise<Json> {
    return this.call("GET", path, undefined, await this.token(user));
  }

  /** Moves the clock to an instant; all that falls due on the way has fired when it returns. */
  async moveTo(at: Date | string) {
    const { now } = await this.post("leader", "/practice/clock", { to: rfc3339(at) });
    this.clock = new Date(now);
  }

  async moveBy(minutes: number) {
    await this.moveTo(minutesAfter(this.clock, minutes));
  }

  /** Where the clock stands. */
  now(): Date {
    return this.clock;
  }

  private async call(method: string, path: string, body?: Json, token?: string): Promise<Json> {
    const answer = await fetch(`${this.base}/api/v1${path}`, {
      method,
      headers: {
        "Accept-Language": "en",
        "Content-Type": "application/json",
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status}: ${text}`);
    return text ? JSON.parse(text) : null;
  }
}

/** A server for the tests of one file. */
export function practice(at: string = START): Practice {
  const server = new Practice();
  test.beforeAll(async () => {
    test.setTimeout(PATIENCE_MS + 30_000);
    await server.start(at);
  });
  test.afterAll(async () => {
    test.setTimeout(60_000);
    await server.stop();
  });
  return server;
}

/** As the API writes times: with the city's offset. */
export function rfc3339(at: Date | string): string {
  if (typeof at === "string") return at;
  return `${new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}

/** As a `datetime-local` control takes it. */
export function local(at: Date): string {
  return rfc3339(at).slice(0, 16);
}

export function minutesAfter(at: Date, minutes: number): Date {
  return new Date(at.getTime() + minutes * 60_000);
}

function without(env: NodeJS.ProcessEnv, name: string): NodeJS.ProcessEnv {
  const { [name]: _, ...rest } = env;
  return rest;
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}
