import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { join } from "node:path";
import { importsOf, violations } from "./support/arrows.ts";

const root = join(import.meta.dir, "..");

test("every import runs along the arrows, and nobody reaches for the world", async () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const file of [...new Glob("{src,commands,plugins}/**/*.{ts,tsx}").scanSync(root)].toSorted()) {
    seen++;
    wrong.push(...violations(file, await Bun.file(join(root, file)).text()));
  }
  expect(seen).toBeGreaterThan(50);
  expect(wrong.join("\n")).toBe("");
});

describe("a planted violation is named by file, target and reason", () => {
  const planted: readonly (readonly [file: string, source: string, complaint: RegExp])[] = [
    [
      "src/domain/x/y.ts",
      `import { Hub } from "../../realtime/hub.ts";`,
      /^src\/domain\/x\/y\.ts → src\/realtime\/hub: the domain knows/,
    ],
    ["src/domain/x/y.ts", `import { openSqlite } from "../../storage/sqlite.ts";`, /→ src\/storage\/sqlite: /],
    ["src/domain/x/y.ts", `import { renderings } from "../../wire/originchats/render.ts";`, /→ src\/wire\/originchats\/render: /],
    ["src/domain/x/y.ts", `import { readFile } from "node:fs/promises";`, /→ node:fs\/promises: /],
    ["src/domain/x/y.ts", `const a = await import("../../bus/memory.ts");`, /→ src\/bus\/memory: /],
    ["src/domain/x/y.ts", `export * from "../../app.ts";`, /→ src\/app: /],
    ["src/domain/x/y.ts", `import { SettingsSchema } from "../../config/schema.ts";`, /→ src\/config\/schema: /],
    [
      "src/kernel/x.ts",
      `import { sendMessage } from "../domain/messages/send-message.ts";`,
      /→ src\/domain\/messages\/send-message: the kernel/,
    ],
    ["src/kernel/x.ts", `import { Batch } from "../storage/store.ts";`, /→ src\/storage\/store: the kernel/],
    ["src/wire/line/x.ts", `import { wireMessage } from "../originchats/messages.ts";`, /one wire may not know another/],
    ["src/wire/line/x.ts", `import type { Frame } from "../originchats/index.ts";`, /one wire may not know another/],
    ["src/wire/line/x.ts", `import { read } from "../../storage/store.ts";`, /→ src\/storage\/store: a wire translates/],
    [
      "src/wire/line/x.ts",
      `import { messageById } from "../../domain/messages/statements.ts";`,
      /only operations load and prove/,
    ],
    ["src/net/x.ts", `import type { Actor } from "../kernel/operation.ts";`, /the listener knows nothing of chat/],
    ["src/realtime/x.ts", `import { events } from "../domain/index.ts";`, /the hub knows audiences/],
    ["commands/x.ts", `import { read } from "../src/storage/store.ts";`, /a command parses/],
    ["commands/x.ts", `import { openApp } from "../src/app.ts";`, /a command parses/],
    ["plugins/x/index.ts", `import { Kernel } from "../../src/kernel/kernel.ts";`, /as an outsider/],
    ["src/elsewhere/x.ts", ``, /has no arrows yet/],
    ["src/domain/x.ts", `const at = Date.now();`, /reaches for Date\.now/],
    ["src/domain/x.ts", `const at = new Date();`, /reaches for new Date\(\)/],
    ["src/domain/x.ts", `const at = new Date;`, /reaches for new Date\(\)/],
    ["src/storage/x.ts", `const dice = Math.random();`, /reaches for Math\.random/],
    ["src/wire/line/x.ts", `const port = process.env["PORT"];`, /reaches for the environment/],
    ["src/wire/line/x.ts", `const { PORT } = Bun.env;`, /reaches for the environment/],
    ["src/kernel/x.ts", `console.log("here");`, /reaches for console/],
    ["src/realtime/x.ts", `setTimeout(() => {}, 5);`, /reaches for timers/],
    ["src/domain/x.ts", `setInterval(tick, 5);`, /reaches for timers/],
    ["src/domain/x.ts", `await fetch("https://example.org");`, /reaches for the network/],
    ["src/kernel/x.ts", `Bun.serve({ fetch });`, /reaches for the machine/],
    ["src/domain/x.ts", `await Bun.file(name).text();`, /reaches for the machine/],
    ["src/domain/x.ts", `const id = crypto.randomUUID();`, /reaches for chance/],
    ["src/domain/x.ts", `import { randomBytes } from "node:crypto";\nconst id = randomBytes(8);`, /reaches for chance/],
  ];
  for (const [file, source, complaint] of planted)
    test(`${file} with ${source || "nothing in it"}`, () => {
      const wrong = violations(file, source);
      expect(wrong).toHaveLength(1);
      expect(wrong[0]).toMatch(complaint);
    });
});

test("what the arrows allow is not complained about", () => {
  const allowed: readonly (readonly [file: string, source: string])[] = [
    ["src/kernel/x.ts", `import type { Settings } from "../config/schema.ts";\nimport type { z } from "zod";`],
    ["src/kernel/x.ts", `import { type Batch, type Store } from "../storage/store.ts";`],
    [
      "src/domain/a/x.ts",
      `import { z } from "zod";\nimport { read } from "../../storage/store.ts";\nimport { b } from "../b/statements.ts";`,
    ],
    [
      "src/wire/line/x.ts",
      `import { Each } from "../wire.ts";\nimport { sendMessage } from "../../domain/messages/send-message.ts";`,
    ],
    ["src/domain/x.ts", `// Date.now() and console.log are not for us\nconst day = new Date(at).getDay();`],
    ["src/domain/x.ts", `const sentence = "Nobody writes to the console. Not here.";`],
    ["src/domain/x.ts", `/** fetch("…") */\nconst found = await call.store.fetch(row);\nconst refetch = () => prefetch(1);`],
    ["plugins/x/index.ts", `import type { Host } from "../../src/plugins/host.ts";`],
    ["src/kernel/clock.ts", `export const systemClock = () => Date.now();`],
  ];
  expect(allowed.flatMap(([file, source]) => violations(file, source))).toEqual([]);
});

test("imports are found in every form they are written in", () => {
  const source = `
import a, { b } from "./a.ts";
import {
  c,
  type D,
} from "../d.ts";
import type { E } from './e.ts';
import { type F, type G } from "./f.ts";
import "./side.ts";
export * from "./g.ts";
export type { H } from "./h.ts";
const i = await import("./i.ts");
// import { j } from "./j.ts";
const text = "from './k.ts'";
`;
  expect(importsOf("src/x/y.ts", source).map(({ target, typeOnly }) => `${target}${typeOnly ? " (types)" : ""}`)).toEqual([
    "src/x/a",
    "src/d",
    "src/x/e (types)",
    "src/x/f (types)",
    "src/x/side",
    "src/x/g",
    "src/x/h (types)",
    "src/x/i",
  ]);
});
