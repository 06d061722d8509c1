import { createHmac } from "node:crypto";
import { join } from "node:path";

import type { TokenKey } from "../../src/kernel/token-signer.ts";
import { joseSigner } from "../../src/tokens/jose-signer.ts";
import type { Figure } from "./figures.ts";
import { cpuSeconds } from "./machine.ts";
import { Target } from "./parties.ts";

const TOKENS = 20_000;
/** Signed at the same time, as when a meeting begins. */
const TOGETHER = 50;
/** How long the server and its dashboard are left to themselves, in seconds. */
const WATCHED = 15;

/** Tokens signed a second, and what looking at an idle server costs. */
export async function operator(folder: string, binary: string): Promise<Figure[]> {
  return [await tokens(), ...(await dashboard(folder, binary))];
}

async function tokens(): Promise<Figure> {
  const secret = "0123456789abcdef0123456789abcdef";
  const key: TokenKey = { algorithm: "HS256", secret };
  const claims = {
    aud: "chat",
    iss: "chat",
    sub: "meet.example.org",
    room: "general",
    iat: 1,
    exp: 3601,
    context: { user: { id: "019a0000-0000-7000-8000-000000000001", name: "alice", moderator: true } },
  };
  const { sign } = joseSigner();
  const perSecond = async (one: () => unknown) => {
    for (let n = 0; n < 2000; n++) await one();
    const began = performance.now();
    for (let n = 0; n < TOKENS; n += TOGETHER) await Promise.all(Array.from({ length: TOGETHER }, one));
    return (TOKENS / (performance.now() - began)) * 1000;
  };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const bare = () => {
    const text = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
    return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  };
  return {
    name: "tokens for Jitsi signed, HS256",
    unit: "/s",
    chat: await perSecond(() => sign(key, claims)),
    floor: await perSecond(bare),
  };
}

/** The same idle server alone and watched by a dashboard of 120 by 40 cells. */
async function dashboard(folder: string, binary: string): Promise<Figure[]> {
  const data = join(folder, "watched");
  const env = { CHAT_DATA: data, CHAT_TCP_ENABLED: "false", CHAT_LOG_LEVEL: "warn" };
  await using chat = await Target.chat([binary, "serve"], env);
  const percent = async (...pids: readonly number[]) => {
    const before = pids.map(cpuSeconds);
    await Bun.sleep(WATCHED * 1000);
    return pids.map((pid, at) => ((cpuSeconds(pid) - before[at]!) / WATCHED) * 100);
  };
  await Bun.sleep(2000);
  const [alone] = await percent(chat.pid);
  let drawn = 0;
  const terminal = { cols: 120, rows: 40, data: (_: unknown, bytes: Uint8Array) => void (drawn += bytes.length) };
  const watcher = Bun.spawn([binary, "dashboard", "--data", data], { env: { ...process.env, TERM: "xterm-256color" }, terminal });
  try {
    await Bun.sleep(3000);
    if (!drawn) throw new Error("the dashboard drew nothing");
    const [watched, own] = await percent(chat.pid, watcher.pid);
    const name = "processor time of an idle server";
    return [
      { name: `${name} that a dashboard watches, beside alone`, unit: "%", chat: watched!, floor: alone! },
      { name: "processor time of the dashboard, idle", unit: "%", chat: own!, target: { of: "figure", most: 2 } },
    ];
  } finally {
    watcher.kill("SIGKILL");
    await watcher.exited;
  }
}
