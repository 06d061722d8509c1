import { describe, expect, test } from "bun:test";
import { dirname, join } from "node:path";

import { Parser } from "@oclif/core";

import Serve from "../../commands/serve.ts";
import { plainServeFlags } from "../../src/cli/serve-flags.ts";

/** What oclif reads in the same words. */
const byOclif = async (words: readonly string[]): Promise<Record<string, unknown>> => {
  const { flags } = await Parser.parse([...words], { flags: { ...Serve.baseFlags, ...Serve.flags }, args: {}, strict: true });
  return flags;
};
const split = (line: string): string[] => line.split(" ").filter(Boolean);

describe("plain flags are read as oclif reads them", () => {
  for (const line of [
    "",
    "--host 0.0.0.0 --port 443",
    "-p 8080",
    "-p8080",
    "--port=8080 --tls=files --cert /etc/passwd --key=/etc/passwd",
    "--domain chat.example.org --domain www.chat.example.org --agree-tos",
    "--ws --tcp --tcp-port 2222 --tokens",
    "--data /srv/chat --socket /run/chat.sock --config /etc/passwd",
    "--log-format json --log-level debug --dashboard",
  ])
    test(line || "nothing", async () => {
      const read = plainServeFlags(split(line));
      expect(read).toBeDefined();
      expect({ ...read }).toEqual(await byOclif(split(line)));
    });
});

test("what is not plainly a flag is left to oclif", () => {
  for (const line of [
    "--help",
    "-h",
    "--prot 1",
    "--port",
    "--port 1 --port 2",
    "--port=",
    "--tls maybe",
    "--cert /nowhere/cert.pem",
    "--log-level loud",
    "--ws=true",
    "--no-ws",
    "--domain a.example b.example",
    "extra",
    "-- extra",
    "--",
  ])
    expect(plainServeFlags(split(line)), line).toBeUndefined();
});

test("a running server has loaded nothing of the command line", async () => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = async (file: string): Promise<void> => {
    if (seen.has(file)) return;
    seen.add(file);
    const source = await Bun.file(file).text();
    const scanned = new Bun.Transpiler({ loader: file.endsWith("x") ? "tsx" : "ts" }).scanImports(source);
    for (const { kind, path } of scanned) {
      if (kind !== "import-statement") continue;
      if (!path.startsWith(".")) packages.add(path);
      else if (!path.endsWith(".json")) await visit(join(dirname(file), path));
    }
  };
  const root = join(import.meta.dir, "../..");
  await visit(join(root, "src/cli/serve-flags.ts"));
  await visit(join(root, "commands/_run-server.ts"));
  expect(seen.size).toBeGreaterThan(200);
  expect([...packages].filter((name) => !/^(node:|bun\b)/.test(name))).toEqual(["zod"]);
});
