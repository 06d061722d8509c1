import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { ConfigError, type Env, loadSettings, shownSettings } from "../../src/config/load.ts";
import { temporaryFolder } from "../support/folder.ts";

/** The published example, with the comma that makes it no JSON. */
const EXAMPLE = `{
  "jitsi": { "domain": "meet.example" },
  "jwt": { "app_id": "skotos", "secret": "hunter2hunter2" },
  "inbound": { "host": "127.0.0.1", "port": 4115 },
  "outbound": { "host": "127.0.0.1", "port": 11091 },
}`;

function load(text: string, env: Env = {}) {
  const folder = temporaryFolder();
  const file = join(folder.path, "cas.json");
  writeFileSync(file, text);
  try {
    return loadSettings({ dataDir: folder.path, env: { CHAT_TOKENS_CONFIG: file, ...env } });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.replaceAll(file, "cas.json"));
    throw error;
  } finally {
    folder[Symbol.dispose]();
  }
}

test("a Chat Admin Server's file is taken as it is, trailing comma and all", () => {
  const loaded = load(EXAMPLE) as ReturnType<typeof loadSettings>;
  expect(loaded.settings.tokens).toMatchObject({
    enabled: true,
    listen: true,
    domain: "meet.example",
    app_id: "skotos",
    app_secret: "hunter2hunter2",
    host: "127.0.0.1",
    port: 4115,
    outbound: { host: "127.0.0.1", port: 11_091 },
  });
  const shown = shownSettings(loaded).filter(({ path }) => path === "tokens.port" || path === "tokens.app_secret");
  expect(shown.map(({ value, origin }) => [value, origin])).toEqual([
    [4115, "file"],
    [undefined, "file"],
  ]);
});

test("the server's own settings go before that file", () => {
  const loaded = load(EXAMPLE, { CHAT_TOKENS_PORT: "5000", CHAT_TOKENS_ENABLED: "no" }) as ReturnType<typeof loadSettings>;
  expect(loaded.settings.tokens).toMatchObject({ enabled: false, port: 5000, app_id: "skotos" });
});

test("a file without inbound opens no port", () => {
  const loaded = load(EXAMPLE.replace(/"inbound".*/, "")) as ReturnType<typeof loadSettings>;
  expect(loaded.settings.tokens).toMatchObject({ enabled: true, listen: false, outbound: { port: 11_091 } });
});

test("a file without inbound and outbound is refused, since nobody could ask", () => {
  expect(load(EXAMPLE.replace(/"(in|out)bound".*/g, ""))).toEqual([
    "tokens.listen is false, tokens.socket and tokens.outbound.host are empty: nobody can ask for tokens.",
  ]);
});

test("what is wrong in that file is named with its own key there, without the secret", () => {
  expect(load(EXAMPLE.replace("4115", '"high"').replace('"hunter2hunter2"', "12"))).toEqual([
    'inbound.port in cas.json: found "high", allowed is a whole number from 0 to 65535.',
    "jwt.secret in cas.json: found a value that is not shown here, allowed is a text of up to 1000 characters.",
  ]);
});

test("a missing secret is said at the start", () => {
  expect(load(EXAMPLE.replace(', "secret": "hunter2hunter2"', ""))).toEqual([
    "tokens.app_secret is missing: it is the app_secret of Jitsi's Prosody.",
  ]);
});

test("a file that is not there, or no JSON, is said with its name", () => {
  expect(load("{ nonsense")).toEqual([expect.stringMatching(/^cas\.json is not JSON: .+\.$/)]);
  using folder = temporaryFolder();
  const file = join(folder.path, "absent.json");
  const absent = () => loadSettings({ dataDir: folder.path, env: { CHAT_TOKENS_CONFIG: file } });
  expect(absent).toThrow(`tokens.config names ${file}, which cannot be read`);
});
