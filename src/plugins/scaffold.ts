// @ts-expect-error: TypeScript has no text of a declaration file; the bundler has.
import declarations from "./chat-plugin.d.ts" with { type: "text" };

/** The files of a new plugin, by path. */
export function scaffold(name: string): Readonly<Record<string, string>> {
  return {
    "package.json": `${JSON.stringify(
      {
        name: `chat-plugin-${name}`,
        version: "0.1.0",
        description: "Answers !ping.",
        type: "module",
        exports: "./index.ts",
        files: ["index.ts"],
        keywords: ["chat-plugin"],
        devDependencies: { "@types/bun": "^1.4.0", zod: "^4.0.0" },
        chat: {
          rights: {
            operations: ["message.send"],
            events: ["message.created"],
            hosts: [],
            storage: 0,
            permissions: [],
            roles: [],
          },
        },
      },
      null,
      2,
    )}\n`,
    "tsconfig.json": `${JSON.stringify(
      {
        compilerOptions: {
          target: "esnext",
          module: "preserve",
          moduleResolution: "bundler",
          lib: ["esnext"],
          types: ["bun"],
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          allowImportingTsExtensions: true,
        },
        include: ["*.ts", "types/*.d.ts"],
      },
      null,
      2,
    )}\n`,
    "types/chat-plugin.d.ts": declarations as string,
    "index.ts": `import { plugin, z } from "chat/plugin";

export default plugin({
  name: "${name}",
  version: "0.1.0",
  options: z.object({ answer: z.string().default("pong") }),
  start(host) {
    host.on("message.created", async ({ data }) => {
      if (data.message.content !== "!ping") return;
      await host.call("message.send", { channel: data.place.channel, content: host.options.answer });
    });
  },
});
`,
    "index.test.ts": `import { expect, test } from "bun:test";
import definition from "./index.ts";
import { fakeHost } from "./test/fake-host.ts";

test("answers !ping, and nothing else", async () => {
  const host = fakeHost(definition.options.parse({}));
  await definition.start(host.host);
  await host.happens("message.created", { message: { content: "!ping" }, place: { channel: "general" } });
  await host.happens("message.created", { message: { content: "ping?" }, place: { channel: "general" } });
  expect(host.calls).toEqual([["message.send", { channel: "general", content: "pong" }]]);
});
`,
    "test/fake-host.ts": FAKE_HOST,
    "test/chat-plugin.ts": `// Loaded before the tests: stands in for what the chat gives under this name.
import { z } from "zod";

Bun.plugin({
  name: "chat-plugin",
  setup(build) {
    build.module("chat/plugin", () => ({ exports: { plugin: (definition: unknown) => definition, z }, loader: "object" }));
  },
});
`,
    "bunfig.toml": `[test]\npreload = ["./test/chat-plugin.ts"]\n`,
    "README.md": `# ${name}

    chat plugins test                  runs the tests
    chat plugins install . --link      runs it in your chat, and again whenever you change it
    chat docs plugins                  what a plugin can do

What the plugin may do stands in \`package.json\` under \`chat.rights\`; install it again after changing that.
`,
    ".gitignore": "node_modules/\n",
  };
}

const FAKE_HOST = `import type { Heard, Host } from "chat/plugin";

/** Keeps what a plugin registers and calls. */
function fakeHost<Options>(options: Options) {
  const calls: [operation: string, input: unknown][] = [];
  const heard = new Map<string, ((event: Heard) => unknown)[]>();
  const before = new Map<string, ((call: any) => unknown)[]>();
  const kept = new Map<string, unknown>();
  const put = <T>(map: Map<string, T[]>, key: string, value: T) => {
    map.set(key, [...(map.get(key) ?? []), value]);
    return () => void map.set(key, (map.get(key) ?? []).filter((one) => one !== value));
  };
  const host: Host<Options> = {
    name: "test",
    options,
    before: (operation, handle) => put(before, operation, handle),
    after: () => () => {},
    on: (event, handle) => put(heard, event, handle),
    slash: () => () => {},
    operation: () => () => {},
    every: () => () => {},
    call: async (operation, input) => void calls.push([operation, input]),
    store: {
      get: async (key) => kept.get(key),
      set: async (key, value) => void kept.set(key, value),
      delete: async (key) => void kept.delete(key),
      keys: async () => [...kept.keys()].toSorted(),
    },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    fetch: async () => ({ status: 404, headers: {}, body: "" }),
    connect: () => ({ send() {}, close() {} }),
    clock: { now: () => 0 },
    refuse(sentence) {
      throw new Error(sentence);
    },
  };
  return {
    host,
    calls,
    kept,
    async happens(type: string, data: unknown) {
      for (const handle of heard.get(type) ?? []) await handle({ type, at: 0, actor: "somebody", data });
    },
    async asked(operation: string, input: unknown) {
      let given = input;
      for (const handle of before.get(operation) ?? [])
        given = (await handle({ operation, input: given, actor: { kind: "user", id: "1", name: "somebody" }, call: host.call })) ?? given;
      return given;
    },
  };
}
`;
