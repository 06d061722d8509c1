import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { ConfigError, loadSettings, shownSettings, type Sources } from "../../src/config/load.ts";
import { defaultSettings } from "../../src/config/schema.ts";
import { temporaryFolder } from "../support/folder.ts";

/** Loads with `text` as the config file, if any. */
function load(text: string | undefined, sources: Omit<Sources, "dataDir" | "file"> = { env: {} }) {
  using folder = temporaryFolder();
  if (text !== undefined) writeFileSync(join(folder.path, "config.json5"), text);
  return loadSettings({ dataDir: folder.path, ...sources });
}

/** The problems a wrong configuration is refused with, without the path of the file. */
function problems(text: string | undefined, env: Sources["env"] = {}): string[] {
  try {
    load(text, { env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => problem.replaceAll(/\S*config\.json5/g, "FILE"));
  }
  throw new Error("The configuration was taken.");
}

test("without file, environment and flags every key has its default", () => {
  const { settings, origins, warnings } = load(undefined);
  expect(settings).toEqual(defaultSettings());
  expect(new Set(origins.values())).toEqual(new Set(["default"]));
  expect(warnings).toEqual([]);
});

test("a flag goes before the environment, the environment before the file, the file before the default", () => {
  const file = "{ websocket: { port: 1, host: 'a', max_connections: 7 } }";
  const { settings, origins } = load(file, {
    env: { CHAT_WEBSOCKET_PORT: "2", CHAT_WEBSOCKET_HOST: "b" },
    flags: { "websocket.port": "3" },
  });
  expect(settings.websocket).toMatchObject({ port: 3, host: "b", max_connections: 7, max_connections_per_ip: 100 });
  const from = (key: string) => origins.get(`websocket.${key}`);
  expect(["port", "host", "max_connections", "max_connections_per_ip"].map(from)).toEqual([
    "flag",
    "environment",
    "file",
    "default",
  ]);
});

test("with a certificate for a public name the server listens where the public looks, unless told otherwise", () => {
  const acme = "tls: { mode: 'acme', domains: ['chat.example.org'], acme: { agree_tos: true } }";
  expect(load(`{ ${acme} }`).settings.websocket).toMatchObject({ host: "::", port: 443 });
  expect(load(`{ ${acme}, websocket: { host: '127.0.0.1' } }`).settings.websocket).toMatchObject({
    host: "127.0.0.1",
    port: 443,
  });
  const { websocket } = load(`{ ${acme} }`, { env: {}, flags: { "websocket.port": "5613" } }).settings;
  expect(websocket).toMatchObject({ host: "::", port: 5613 });
});

test("a flag that was not given leaves the next source alone", () => {
  const { settings, origins } = load(undefined, { env: { CHAT_WEBSOCKET_PORT: "2" }, flags: { "websocket.port": undefined } });
  expect([settings.websocket.port, origins.get("websocket.port")]).toEqual([2, "environment"]);
});

test("the environment spells switches, numbers and lists as people do", () => {
  const { settings } = load(undefined, {
    env: {
      CHAT_RATE_LIMITING_ENABLED: "no",
      CHAT_MODLOG_ENABLED: "TRUE",
      CHAT_LIMITS_POST_CONTENT: " 99 ",
      CHAT_TLS_NAMES: "pi.local, 10.0.0.2,",
    },
  });
  expect(settings.rate_limiting.enabled).toBe(false);
  expect(settings.modlog.enabled).toBe(true);
  expect(settings.limits.post_content).toBe(99);
  expect(settings.tls.names).toEqual(["pi.local", "10.0.0.2"]);
});

test("an empty variable counts as not set", () => {
  expect(load("{ auth_mode: 'cracked' }", { env: { CHAT_AUTH_MODE: "" } }).settings.auth_mode).toBe("cracked");
});

test("a secret may come from a file, and is never shown", () => {
  using folder = temporaryFolder();
  const secret = join(folder.path, "url");
  writeFileSync(secret, "postgres://chat:pw@db/chat\n");
  const loaded = load(undefined, { env: { CHAT_DATABASE_URL_FILE: secret } });
  expect(loaded.settings.database.url).toBe("postgres://chat:pw@db/chat");
  expect(JSON.stringify(shownSettings(loaded))).not.toContain("pw@");
  expect(shownSettings(loaded).find(({ path }) => path === "database.url")).toEqual({
    path: "database.url",
    value: undefined,
    origin: "environment",
  });
});

test("a wrong secret is not repeated in the complaint", () => {
  expect(problems("{ database: { url: 'mysql://chat:pw@db' } }").join()).toStartWith(
    "database.url in FILE: found a value that is not shown",
  );
  expect(problems("{ database: { url: 'mysql://chat:pw@db' } }").join()).not.toContain("pw");
});

test("a secret given twice, or in a file that is not there, is refused", () => {
  expect(problems(undefined, { CHAT_DATABASE_URL: "postgres://a/b", CHAT_DATABASE_URL_FILE: "/dev/null" })).toEqual([
    "CHAT_DATABASE_URL and CHAT_DATABASE_URL_FILE are both set; one of them has to go.",
  ]);
  expect(problems(undefined, { CHAT_DATABASE_URL_FILE: "/nonexistent" })[0]).toStartWith(
    "CHAT_DATABASE_URL_FILE names /nonexistent, which cannot be read",
  );
});

test.each([
  ["{ websocket: { prot: 1 } }", "websocket.prot in FILE is not a key. Did you mean websocket.port?"],
  ["{ port: 1 }", "port in FILE is not a key. Did you mean websocket.port?"],
  ["{ qqq: 1 }", "qqq in FILE is not a key."],
  ["{ server: { nmae: 'x' } }", "server.nmae in FILE is not a key. Did you mean server.name?"],
  [
    "{ DB: { channels: 'db/channels.json' } }",
    "DB.channels in FILE is not used here. Channels are kept in the database; take the key out.",
  ],
  [
    "{ service: { name: 'originChats' } }",
    "service in FILE is not used here. Name and version are the program's own; take the section out.",
  ],
  [
    "{ rotur: { validate_key: 'rotur' } }",
    "rotur.validate_key in FILE is not used here. A key is made for every connection; take the key out.",
  ],
  [
    "{ rotur: { validate_url: 'ftp://x/validate' } }",
    'rotur.validate_url in FILE: found "ftp://x/validate", allowed is an address like https://api.example.org/validate.',
  ],
  ["{ websocket: { port: 70000 } }", "websocket.port in FILE: found 70000, allowed is a whole number from 0 to 65535."],
  ["{ websocket: { port: '5613' } }", 'websocket.port in FILE: found "5613", allowed is a whole number from 0 to 65535.'],
  ["{ tls: { mode: 'on' } }", 'tls.mode in FILE: found "on", allowed is one of off, self, files, acme.'],
  ["{ server: 3 }", "server in FILE: must be a section in braces, found 3."],
  [
    "{ websocket: { trusted_proxies: ['10.0.0.0/33'] } }",
    'websocket.trusted_proxies in FILE: found "10.0.0.0/33", allowed is an address or network like 127.0.0.1 or 10.0.0.0/8.',
  ],
  ["{ cracked: { default_roles: ['a', 7] } }", "cracked.default_roles in FILE: found 7, allowed is a list of texts."],
  ["{ tls: { mode: 'files', cert: '/c.pem' } }", 'tls.key is missing: with tls.mode "files" it names a PEM file (--key).'],
  [
    "{ tls: { mode: 'acme', acme: { agree_tos: true } } }",
    'tls.domains is missing: with tls.mode "acme" it names what to obtain a certificate for.',
  ],
  [
    "{ tls: { mode: 'acme', domains: ['chat.example.org'] } }",
    "tls.acme.agree_tos is missing: read the terms of service of Let's Encrypt (https://letsencrypt.org/repository/), and set it to true (--agree-tos) if you agree.",
  ],
  [
    "{ tls: { mode: 'acme', domains: ['chat.example.org'], acme: { directory: 'https://ca.lan/directory' } } }",
    "tls.acme.agree_tos is missing: read the terms of service of ca.lan, and set it to true (--agree-tos) if you agree.",
  ],
  [
    "{ tls: { domains: ['*.example.org'] } }",
    'tls.domains in FILE: found "*.example.org", allowed is names like chat.example.org (international ones as xn--…), without wildcards and addresses.',
  ],
  [
    "{ tls: { acme: { directory: 'http://ca.lan' } } }",
    'tls.acme.directory in FILE: found "http://ca.lan", allowed is letsencrypt, letsencrypt-staging, or the https:// address of another directory.',
  ],
  ["[1]", "FILE must hold one object in braces, found [1]."],
])("the file %p is refused in a sentence", (text, sentence) => {
  expect(problems(text)).toEqual([sentence]);
});

test("a file that is not JSON5 is refused with the reason", () => {
  expect(problems("{ server: ")[0]).toMatch(/^FILE is not JSON5: .+\.$/);
});

test("everything that is wrong is said at once, in the words of its source", () => {
  expect(problems("{ log: { levl: 'info' } }", { CHAT_WEBSOCKET_PORT: "many" }).toSorted()).toEqual([
    'CHAT_WEBSOCKET_PORT (websocket.port): found "many", allowed is a whole number from 0 to 65535.',
    "log.levl in FILE is not a key. Did you mean log.level?",
  ]);
});

test("a key named like a part of every object is an unknown key", () => {
  expect(problems('{ "constructor": 1 }')).toEqual(["constructor in FILE is not a key."]);
  expect(problems('{ "__proto__": { "enabled": true }, x: 1 }')).toContain("x in FILE is not a key.");
  expect(({} as { enabled?: boolean }).enabled).toBeUndefined();
});

test("a file that was asked for by name must be there", () => {
  expect(() => loadSettings({ dataDir: "/nonexistent", env: {}, file: "/nonexistent/own.json5" })).toThrow(
    "/nonexistent/own.json5: there is no such file.",
  );
});

test("an environment variable that nearly is a setting is a warning, and one of another program is not", () => {
  const { warnings } = load(undefined, {
    env: { CHAT_AUTH_MOD: "x", CHAT_SERVICE_HOST_ELSEWHERE_TCP_ADDR: "x", CHAT_DATA: "/d" },
  });
  expect(warnings).toEqual(["CHAT_AUTH_MOD is not read by anything. Did you mean CHAT_AUTH_MODE?"]);
});
