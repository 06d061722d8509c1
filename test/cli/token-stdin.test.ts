import { expect, test } from "bun:test";
import { join } from "node:path";

import { temporaryFolder } from "../support/folder.ts";
import { opened, SECRET } from "../support/tokens.ts";

const main = join(import.meta.dir, "../../src/main.ts");

async function chat(folder: string, words: readonly string[], stdin: string) {
  const env = { PATH: "/nonexistent", HOME: folder };
  const run = Bun.spawn([process.execPath, main, ...words], {
    cwd: folder,
    env,
    stdin: new Blob([stdin]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
  return { stdout, stderr, exit: await run.exited };
}

test("the secret and the token may come on standard input, and one command's token is the next one's", async () => {
  using folder = temporaryFolder();
  const minted = await chat(
    folder.path,
    ["token", "mint", "jitsi", "--room", "tavern", "--name", "Zoë", "--app-id", "skotos", "--secret-stdin"],
    `${SECRET}\r\n`,
  );
  expect(minted).toMatchObject({ stderr: "", exit: 0 });
  expect(opened(minted.stdout.trim()).claims).toMatchObject({ room: "tavern", context: { user: { name: "Zoë" } } });
  await Bun.write(join(folder.path, "secret"), SECRET);
  const verified = await chat(
    folder.path,
    ["token", "verify", "--app-id", "skotos", "--secret-file", "secret", "--json"],
    minted.stdout,
  );
  expect(verified).toMatchObject({ stderr: "", exit: 0 });
  expect(JSON.parse(verified.stdout)).toMatchObject({ good: true, kind: "jitsi", signature: "good", time: "good" });
});
