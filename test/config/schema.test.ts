import { expect, test } from "bun:test";

import { commentedFile } from "../../src/config/commented-file.ts";
import { referenceText } from "../../src/config/reference.ts";
import { defaultSettings, SettingsSchema } from "../../src/config/schema.ts";
import { describeSettings } from "../../src/config/settings-tree.ts";

test("a server that was told nothing listens on this machine only and takes local accounts", () => {
  const settings = defaultSettings();
  expect(settings.websocket).toMatchObject({ enabled: true, host: "127.0.0.1", port: 5613, max_frame_bytes: 4_194_304 });
  expect(settings.auth_mode).toBe("cracked-only");
  expect(settings.rate_limiting).toEqual({ enabled: true, messages_per_minute: 30, burst_limit: 5, cooldown_seconds: 60 });
  expect(settings.limits).toEqual({ post_content: 2000, search_results: 30 });
});

test("two sets of defaults share nothing that one of them could change", () => {
  defaultSettings().attachments.allowed_types.push("text/plain");
  expect(defaultSettings().attachments.allowed_types).not.toContain("text/plain");
});

test("every key has a sentence, a default that is allowed, and an environment name of its own", () => {
  const keys = describeSettings();
  expect(keys.length).toBeGreaterThan(50);
  for (const key of keys) {
    expect(key.description, key.path).toMatch(/^\S.*[.]$/);
    expect(key.allowed, key.path).not.toBe("");
    expect(key.env, key.path).toMatch(/^CHAT_[A-Z0-9_]+$/);
  }
  const names = keys.flatMap(({ env, envFile }) => (envFile ? [env, envFile] : [env]));
  expect(new Set(names).size).toBe(names.length);
  expect(SettingsSchema.safeParse(defaultSettings()).success).toBe(true);
});

test("the environment name is section and key in capitals", () => {
  const names = new Map(describeSettings().map(({ path, env }) => [path, env]));
  expect(names.get("rate_limiting.enabled")).toBe("CHAT_RATE_LIMITING_ENABLED");
  expect(names.get("database.url")).toBe("CHAT_DATABASE_URL");
  expect(names.get("DB.users.default.roles")).toBe("CHAT_DB_USERS_DEFAULT_ROLES");
});

test("the file of a first start changes nothing", () => {
  expect(SettingsSchema.parse(Bun.JSON5.parse(commentedFile()))).toEqual(defaultSettings());
});

test("the file of a first start with every key taken in says the defaults", () => {
  const open = commentedFile().replaceAll(/^(\s*)\/\/ (\w+: .*,)$/gm, "$1$2");
  expect(Bun.JSON5.parse(open)).toEqual(defaultSettings());
});

test("the reference names every key with its environment variable", () => {
  const text = referenceText();
  for (const { path, env } of describeSettings()) {
    expect(text).toContain(`### ${path}\n`);
    expect(text).toContain(`\`${env}\``);
  }
});
