import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";

import { heard, request, SECRET, tokenScene } from "../../support/tokens.ts";

/** Prosody's own reading of tokens (its `util.jwt`): secret and token come on standard input, the verdict and the claims go out as JSON. */
const READ = `
package.path = "/usr/lib/prosody/?.lua;" .. package.path
package.cpath = "/usr/lib/prosody/?.so;" .. package.cpath
local jwt, json = require "util.jwt", require "util.json"
local secret, token = io.read("l"), io.read("l")
local good, found = jwt.verify(secret, token)
io.write(json.encode({ good = good or false, found = found }))
`;

const lua = ["lua5.4", "lua5.3", "lua5.2"].find((name) => Bun.which(name));
const prosody = lua !== undefined && existsSync("/usr/lib/prosody/util/jwt.lua");
if (!prosody) console.warn("Skipped the tests with Prosody's own token code: prosody and lua are not installed.");

async function readByProsody(secret: string, token: string): Promise<{ good: boolean; found: unknown }> {
  const run = Bun.spawn([lua!, "-e", READ], { stdin: new Blob([`${secret}\n${token}\n`]), stdout: "pipe", stderr: "inherit" });
  const text = await new Response(run.stdout).text();
  expect(await run.exited).toBe(0);
  return JSON.parse(text) as { good: boolean; found: unknown };
}

describe.skipIf(!prosody)("Prosody's util.jwt", () => {
  test("accepts a token from the wire and reads its claims", async () => {
    await using scene = await tokenScene();
    using socket = await scene.connect();
    await socket.send(
      `${request({ displayName: "Zoë 🦊", channel: "tavern", moderator: true, email: "z@example.org", avatar: "https://e.example/z" })}\0`,
    );
    const { token } = await heard(socket);
    expect(await readByProsody(SECRET, token)).toEqual({
      good: true,
      found: expect.objectContaining({
        aud: "jitsi",
        iss: "skotos",
        sub: "meet.jitsi",
        room: "tavern",
        moderator: true,
        context: {
          user: { id: "Zoë 🦊", name: "Zoë 🦊", email: "z@example.org", avatar: "https://e.example/z", moderator: true },
        },
        exp: expect.any(Number),
      }),
    });
  });

  test("refuses the same token with another secret", async () => {
    await using scene = await tokenScene();
    using socket = await scene.connect();
    await socket.send(`${request()}\0`);
    const { token } = await heard(socket);
    expect(await readByProsody(`${SECRET}!`, token)).toEqual({ good: false, found: "signature-mismatch" });
  });
});
