import { expect, test } from "bun:test";

import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { report, reportText } from "../../src/cli/report.ts";
import { ConfigError } from "../../src/config/load.ts";
import { FolderLocked } from "../../src/config/data-folder.ts";
import { Refusal } from "../../src/kernel/refusal.ts";

const ends = (error: unknown) => {
  const { exit, code } = report(error)!;
  return [exit, code];
};

test("a refusal ends a command with the code that its kind has for scripts", () => {
  expect(ends(new Refusal("not-found", "channel"))).toEqual([3, "not-found"]);
  expect(ends(new Refusal("forbidden", "channel.send"))).toEqual([4, "forbidden"]);
  expect(ends(new Refusal("conflict", "user.name-taken"))).toEqual([5, "conflict"]);
  expect(ends(new CommandError("The server does not answer.", EXIT.unreachable))).toEqual([6, "unreachable"]);
});

test("what was foreseen is a sentence, what was not shows where it happened", () => {
  expect(reportText(report(new ConfigError(["One.", "Two."]))!, false)).toBe("chat: One.\nchat: Two.\n");
  expect(reportText(report(new FolderLocked("/d", 7))!, false)).toMatch(/^chat: \/d is in use by another chat \(pid 7\)/);
  expect(reportText(report(new TypeError("oops"))!, false)).toMatch(/^TypeError: oops\n\s+at /);
});

test("with --json an error is one line of JSON", () => {
  expect(reportText(report(new CommandError('"x"', EXIT.notFound))!, true)).toBe(
    '{"error":{"code":"not-found","message":"\\"x\\""}}\n',
  );
});
