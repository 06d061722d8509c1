import { join } from "node:path";
import { z } from "zod";
import { consoleActor } from "../../src/app.ts";
import { installPlugin, reloadPlugins } from "../../src/domain/plugins/change-plugin.ts";
import { Installed, Rights } from "../../src/domain/plugins/plugin.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import type { Bundled } from "../../src/plugins/bundled.ts";
import { startThread } from "../../src/plugins/thread.ts";
import { systemTimers } from "../../src/kernel/clock.ts";
import { FakeClock, testApp } from "../support/world.ts";
import type { Figure } from "./figures.ts";
import { median, residentBytes } from "./machine.ts";

const MESSAGES = 3000;
const ROUNDS = 5;
const RELOADS = 100;
const RIGHTS = Rights.parse({ operations: ["message.send"] });

/** What each plugin does: looks at every message before it is sent, and leaves it. */
const looker = (name: string): Bundled => ({
  name,
  version: "1.0.0",
  options: z.object({}),
  enabledByDefault: true,
  rights: RIGHTS,
  start: (host) => void host.before("message.send", ({ input }) => void input.content.length),
});
const SOURCE = (name: string) => `import { plugin, z } from "chat/plugin";
export default plugin({ name: "${name}", version: "1.0.0", options: z.object({}),
  start(host) { host.before("message.send", ({ input }) => void input.content.length); } });`;

async function appWith(folder: string, count: number, threads: boolean) {
  const names = Array.from({ length: count }, (_, index) => `looker-${"abcdefghij"[index]}`);
  for (const name of names) await Bun.write(join(folder, `${name}.ts`), SOURCE(name));
  const app = await testApp(
    {},
    {
      plugins: {
        bundled: threads ? [] : names.map(looker),
        shelf: { entry: async (name) => join(folder, `${name}.ts`), watch: () => () => {} },
        startThread,
        watchTimers: new FakeClock(),
        fetch: () => Promise.reject(new Error("no network here")),
        connect: () => {
          throw new Error("no network here");
        },
      },
      timers: systemTimers,
    },
  );
  const installed = Installed.parse({
    spec: "a file",
    version: "1.0.0",
    description: "",
    root: ".",
    linked: true,
    integrity: null,
    hash: null,
    rights: RIGHTS,
  });
  if (threads)
    for (const name of names) await app.kernel.invoke(installPlugin, consoleActor(app.community.id), { name, installed });
  return app;
}

/** Milliseconds a message takes with so many plugins that look at it, in the server's thread or each in one of its own; and what reloads leave behind. */
export async function hooks(folder: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  let floor = 0;
  for (const [count, threads] of [
    [0, false],
    [1, false],
    [10, false],
    [1, true],
    [10, true],
  ] as const) {
    await using app = await appWith(folder, count, threads);
    const operator = consoleActor(app.community.id);
    const times: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const began = performance.now();
      for (let n = 0; n < MESSAGES; n++)
        await app.kernel.invoke(sendMessage, operator, { channel: "general", content: `message ${n}` });
      // The first is for warming up.
      if (round > 0) times.push((performance.now() - began) / MESSAGES);
    }
    const each = median(times);
    if (count === 0) floor = each;
    figures.push({
      name: `a message through ${count} plugins${count ? (threads ? " in threads" : " in process") : ""}`,
      unit: "ms",
      chat: each,
      floor,
      note: count ? `${(((each - floor) / count) * 1000).toFixed(1)} µs a hook` : "one after the other, SQLite in memory",
    });
  }
  await using app = await appWith(folder, 1, true);
  const operator = consoleActor(app.community.id);
  const reload = async (times: number) => {
    for (let n = 0; n < times; n++) await app.kernel.invoke(reloadPlugins, operator, { name: "looker-a" });
    Bun.gc(true);
    return residentBytes(process.pid) / 1_048_576;
  };
  const warm = await reload(RELOADS);
  const after = await reload(RELOADS);
  figures.push({
    name: `${RELOADS} more reloads of a thread`,
    unit: "MB",
    chat: after - warm,
    note: `resident ${warm.toFixed(0)} MB before`,
  });
  return figures;
}
