import { expect, test } from "bun:test";
import { bundled } from "../../plugins/index.ts";
import { events, operations } from "../../src/domain/index.ts";
import { Rights } from "../../src/domain/plugins/plugin.ts";
import type * as chat from "chat/plugin";
import type { Host, Plugin } from "../../src/plugins/host.ts";
import { pluginsText } from "../../src/plugins/reference.ts";

const names = new Set<string>([...operations, ...events].map(({ name }) => name));

test("every operation and event that the page about plugins names exists", () => {
  const ours = [...pluginsText.matchAll(/`([a-z-]+\.[a-z-]+)`/g)].map(([, name]) => name!);
  const named = ours.filter((name) => !/^(host|chat|package|db)\./.test(name));
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((name) => !names.has(name))).toEqual([]);
});

test("the page names every bundled plugin", () => {
  for (const { name } of bundled) expect(pluginsText).toContain(`- \`${name}\` (`);
});

test("what a bundled plugin may do is right in form, and every operation and event it names exists", () => {
  for (const { name, rights } of bundled) {
    const { operations: called, events: heard } = Rights.parse(rights ?? {});
    expect(
      [...called, ...heard].filter((one) => !names.has(one)),
      name,
    ).toEqual([]);
  }
});

test("the types that authors get are those of the host", () => {
  const same = (ours: Host<{ a: number }>, theirs: chat.Host<{ a: number }>): [chat.Host<{ a: number }>, Host<{ a: number }>] => [
    ours,
    theirs,
  ];
  const plugins = (ours: Plugin, theirs: chat.Plugin): [chat.Plugin, Plugin] => [ours, theirs];
  expect([same, plugins]).toHaveLength(2);
});
