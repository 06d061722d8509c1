import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { buildBinary } from "../../scripts/build.ts";
import { commandTable } from "../../src/cli/command-table.ts";
import { completionScript, SHELLS } from "../../src/cli/completion.ts";
import { manPage } from "../../src/cli/man-page.ts";
import { temporaryFolder } from "../support/folder.ts";

const there = (program: string): boolean => Bun.which(program) !== null;

/** What bash offers for a line whose last word is being typed. */
async function offered(line: readonly string[], env: Record<string, string> = {}): Promise<string[]> {
  using folder = temporaryFolder();
  const script = join(folder.path, "chat.bash");
  writeFileSync(script, completionScript("bash"));
  const program = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _chat; printf "%s\\n" "${COMPREPLY[@]}"';
  const run = Bun.spawn(["bash", "--norc", "-c", program, "bash", script, ...line], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
  expect(err).toBe("");
  return out.split("\n").filter(Boolean);
}

describe.skipIf(!there("bash"))("in bash", () => {
  test("commands and topics are offered, once each", async () => {
    const found = await offered(["chat", ""]);
    for (const word of ["serve", "rooms", "backup", "invite"]) expect(found).toContain(word);
    expect(new Set(found).size).toBe(found.length);
    expect(found).not.toContain("add");
  });
  test("what has begun is finished", async () => {
    expect(await offered(["chat", "ba"])).toEqual(["backup", "ban", "bans"]);
    expect(await offered(["chat", "rooms", "a"])).toEqual(["add"]);
    expect(await offered(["chat", "invite", ""])).toEqual(["list", "revoke"]);
  });
  test("flags of the command are offered, and not those of others", async () => {
    const found = await offered(["chat", "serve", "--"]);
    expect(found).toContain("--tls");
    expect(found).toContain("--json");
    expect(found).not.toContain("--keep");
    expect(await offered(["chat", "rooms", "add", "lobby", "--if"])).toEqual(["--if-missing"]);
    expect(await offered(["chat", "service", "install", "--no-"])).toEqual(["--no-low-ports"]);
  });
  test("a flag's values are offered behind it", async () => {
    expect(await offered(["chat", "serve", "--tls", ""])).toEqual(["off", "self", "files", "acme"]);
    expect(await offered(["chat", "serve", "--tls", "a"])).toEqual(["acme"]);
  });
  test("nothing is offered for what only the person knows", async () => {
    expect(await offered(["chat", "backup", "--to", ""])).toEqual([]);
    expect(await offered(["chat", "ban", "somebody", ""])).toEqual([]);
    expect(await offered(["chat", "rooms", "add", "rooms", ""])).toEqual([]);
  });
  test("hostile words on the line are not carried out", async () => {
    using folder = temporaryFolder();
    const trap = join(folder.path, "trap");
    for (const word of [`$(touch ${trap})`, `\`touch ${trap}\``, `; touch ${trap}`]) await offered(["chat", word, ""]);
    expect(await Bun.file(trap).exists()).toBe(false);
  });
  test("rooms are offered where a room is meant", async () => {
    const { path } = await buildBinary();
    using folder = temporaryFolder();
    const env = {
      PATH: `${join(folder.path, "bin")}:/usr/bin:/bin`,
      HOME: folder.path,
      CHAT_DATA: join(folder.path, "data"),
      CHAT_TCP_ENABLED: "false",
    };
    mkdirSync(join(folder.path, "bin"));
    symlinkSync(path, join(folder.path, "bin/chat"));
    const server = Bun.spawn([path, "serve", "--port", "0"], { env, stdout: "pipe", stderr: "ignore" });
    for await (const chunk of server.stdout) if (Buffer.from(chunk).includes("is ready")) break;
    try {
      expect(await offered(["chat", "tail", "gen"], env)).toEqual(["general"]);
      expect(await offered(["chat", "rooms", "show", ""], env)).toContain("general");
    } finally {
      server.kill();
      await server.exited;
    }
  }, 30_000);
});

for (const shell of SHELLS)
  test.skipIf(!there(shell))(`${shell} reads its script without complaint`, async () => {
    const run = Bun.spawn([shell, "-n"], { stdin: new Blob([completionScript(shell)]), stdout: "pipe", stderr: "pipe" });
    const said = await new Response(run.stderr).text();
    expect({ said, exit: await run.exited }).toEqual({ said: "", exit: 0 });
  });

test("every command and flag stands in each script", () => {
  for (const shell of SHELLS) {
    const script = completionScript(shell);
    for (const { words, flags } of commandTable()) {
      expect(script).toContain(words);
      for (const { name } of flags) expect(script).toContain(shell === "fish" ? `-l ${name}` : `--${name}`);
    }
  }
});

describe("the manual page", () => {
  test("has a part for every command, with its examples, and the exit codes", () => {
    const page = manPage();
    for (const { words } of commandTable()) expect(page).toContain(`.SS chat ${words.replaceAll("-", String.raw`\-`)}`);
    for (const part of ["SYNOPSIS", "EXIT STATUS", "ENVIRONMENT", "FILES"]) expect(page).toContain(`.SH ${part}`);
    expect(page).toContain("chat backup \\-\\-to /var/backups/chat \\-\\-keep 14");
  });
  test.skipIf(!there("groff"))("is well formed for groff", async () => {
    const run = Bun.spawn(["groff", "-man", "-ww", "-z"], { stdin: new Blob([manPage()]), stdout: "ignore", stderr: "pipe" });
    expect(await new Response(run.stderr).text()).toBe("");
  });
});
