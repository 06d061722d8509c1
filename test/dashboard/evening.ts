import { join } from "node:path";

import { EMPTY, fold, type Input, type State } from "../../src/dashboard/store.ts";

const plugin = { version: "1.0.0", source: "bundled", linked: false, enabled: true, state: "running", reason: null } as const;
/** Plugins that came with the chat and others, one of which failed too often. */
const plugins: Input = {
  type: "plugins",
  plugins: [
    { ...plugin, name: "automod", description: "Keeps out blocked words, links, capitals.", handles: ["before message.send"] },
    {
      ...plugin,
      name: "broken",
      version: "0.1.0",
      description: "Answers !ping.",
      source: "./broken",
      linked: true,
      state: "stopped",
      reason:
        "on message.created: the answer could not be made: a reason that is too long for one line\u001B[31m of a narrow terminal",
      handles: [],
    },
    {
      ...plugin,
      name: "greeter",
      description: "Greets newcomers.",
      source: "chat-plugin-greeter",
      handles: ["on member.joined"],
    },
    { ...plugin, name: "meet", description: "/meet answers with a link.", enabled: false, state: "off", handles: [] },
  ],
};

/** What a watcher heard; `record.ts` wrote it down. Then plugins were installed. */
export const evening: readonly Input[] = (await Bun.file(join(import.meta.dir, "recorded/evening.ndjson")).text())
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Input)
  .concat(plugins);
export const afterwards: State = fold(EMPTY, evening);
/** A little later. */
export const NOW = Date.UTC(2026, 10, 20, 20, 1, 0);
