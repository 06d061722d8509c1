import { describe, expect, test } from "bun:test";

import { mintToken } from "../../../src/domain/tokens/mint-token.ts";
import { verifyToken } from "../../../src/domain/tokens/verify-token.ts";
import { registerAccount } from "../../../src/domain/accounts/register-account.ts";
import { consoleActor } from "../../../src/app.ts";
import type { Actor } from "../../../src/kernel/operation.ts";
import { refused } from "../../support/refused.ts";
import { opened, SECRET } from "../../support/tokens.ts";
import { testApp } from "../../support/world.ts";

const LIVEKIT = "a livekit secret of thirty-two bytes or more";
const SESSION = "a session secret of thirty-two bytes or more";
const settings = {
  tokens: { app_id: "skotos", app_secret: SECRET, livekit: { api_key: "APIkey", api_secret: LIVEKIT }, session_secret: SESSION },
};
const NOW = Date.UTC(2026, 0, 1) / 1000;
const jitsi = { kind: "jitsi", room: "tavern", name: "Alice", validFor: 60 } as const;

async function scene(some: Parameters<typeof testApp>[0] = settings) {
  const app = await testApp(some);
  const operator = consoleActor(app.community.id, "root");
  return {
    app,
    mint: (
      input: Parameters<typeof app.kernel.invoke<typeof mintToken.input, typeof mintToken.output, unknown>>[2],
      actor: Actor = operator,
    ) => app.kernel.invoke(mintToken, actor, input),
    verify: async (token: string) => (await app.kernel.invoke(verifyToken, operator, { token })).verification,
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

describe("minting", () => {
  test("a LiveKit token carries the video grant for one room (docs.livekit.io, Tokens & grants)", async () => {
    await using s = await scene();
    const { token, expires } = await s.mint({
      kind: "livekit",
      room: "stage",
      name: "Alice",
      user: "u1",
      moderator: true,
      validFor: 60,
      avatar: "https://a.example/a.png",
    });
    expect(expires).toBe(NOW + 60);
    expect(opened(token, LIVEKIT)).toEqual({
      header: { alg: "HS256", typ: "JWT" },
      claims: {
        iss: "APIkey",
        sub: "u1",
        name: "Alice",
        attributes: { avatar: "https://a.example/a.png" },
        video: { room: "stage", roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: true, roomAdmin: true },
        iat: NOW,
        nbf: NOW - 10,
        exp: NOW + 60,
        jti: expect.any(String),
      },
    });
    const plain = await s.mint({ kind: "livekit", room: "stage", name: "Bob", validFor: 60 });
    expect(opened(plain.token, LIVEKIT).claims).toMatchObject({
      sub: "Bob",
      video: expect.not.objectContaining({ roomAdmin: true }),
    });
  });

  test("a session token is for this server and signed with a key of its own", async () => {
    await using s = await scene();
    const { token } = await s.mint({ kind: "session", name: "Alice", user: "u1", validFor: 60 });
    expect(opened(token, SESSION).claims).toMatchObject({ aud: "chat", iss: "chat", sub: "u1", name: "Alice" });
    expect(() => opened(token, SECRET)).toThrow("signature");
  });

  test("what a kind of token cannot say is refused", async () => {
    await using s = await scene();
    expect(await refused(s.mint({ ...jitsi, room: undefined }))).toBe("invalid-input token.room");
    expect(await refused(s.mint({ ...jitsi, kind: "livekit", room: "*" }))).toBe("invalid-input token.one-room");
    expect(await refused(s.mint({ ...jitsi, kind: "session" }))).toBe("invalid-input token.session-grant");
    expect(await refused(s.mint({ kind: "session", name: "A", moderator: true, validFor: 1 }))).toBe(
      "invalid-input token.session-grant",
    );
  });

  test("without a key for its kind no token is made", async () => {
    await using s = await scene({});
    for (const kind of ["jitsi", "livekit"] as const)
      expect(await refused(s.mint({ ...jitsi, kind }))).toBe("unavailable token.no-key");
    expect(await refused(s.mint({ kind: "session", name: "Alice", validFor: 60 }))).toBe("unavailable token.no-key");
    expect(s.app.happened.map(({ type }) => type)).not.toContain("token.minted");
  });

  test("somebody without manage_server gets none, and neither does whoever is not signed in", async () => {
    await using s = await scene();
    const { community, kernel } = s.app;
    const anonymous: Actor = { kind: "anonymous", id: "192.0.2.1", name: "192.0.2.1", community: community.id };
    expect(await refused(s.mint(jitsi, anonymous))).toBe("not-signed-in session.anonymous");
    const { member } = await kernel.invoke(registerAccount, anonymous, { name: "alice", password: "hunter22" });
    const alice: Actor = { kind: "user", id: member.user.id, name: member.user.name, community: community.id };
    expect(await refused(s.mint(jitsi, alice))).toBe("forbidden permission");
    expect(s.app.happened.map(({ type }) => type)).not.toContain("token.minted");
  });

  test("the operator at the machine may what the settings forbid to others, but not beyond the longest lifetime", async () => {
    await using s = await scene({
      tokens: { ...settings.tokens, allow_moderator: false, allow_every_room: false, max_lifetime: 60 },
    });
    const { token } = await s.mint({ ...jitsi, room: "*", moderator: true });
    expect(opened(token).claims).toMatchObject({ room: "*", moderator: true });
    const plugin: Actor = {
      kind: "plugin",
      id: "plugin:x",
      name: "x",
      community: s.app.community.id,
      granted: { permissions: ["manage_server"], roles: [] },
    };
    expect(await refused(s.mint({ ...jitsi, moderator: true }, plugin))).toBe("forbidden token.moderator");
    expect(await refused(s.mint({ ...jitsi, room: "*" }, plugin))).toBe("forbidden token.every-room");
    expect(await refused(s.mint({ ...jitsi, validFor: 61 }))).toBe("invalid-input token.long");
  });

  test("a modlog that is off does not keep the audit line out of the log", async () => {
    await using s = await scene({ ...settings, modlog: { enabled: false } });
    await s.mint(jitsi);
    expect(s.app.happened.map(({ type }) => type)).not.toContain("modlog.recorded");
    expect(s.app.log.lines.filter(({ event }) => event === "token.minted")).toHaveLength(1);
  });
});

describe("verifying", () => {
  test("each kind of token that was made here is good, told apart, and explained", async () => {
    await using s = await scene();
    for (const kind of ["jitsi", "livekit", "session"] as const) {
      const { token } = await s.mint(kind === "session" ? { kind, name: "Alice", validFor: 60 } : { ...jitsi, kind });
      expect(await s.verify(token)).toMatchObject({ good: true, kind, signature: "good", time: "good", problems: [] });
    }
    const { explained } = await s.verify((await s.mint({ ...jitsi, room: "*" })).token);
    expect(explained).toContainEqual({ claim: "room", value: "every room", meaning: "the room it opens" });
    expect(explained).toContainEqual({ claim: "exp", value: "2026-01-01T00:01:00.000Z", meaning: "good until" });
    expect(explained).toContainEqual({ claim: "context.user.name", value: '"Alice"', meaning: "the name others see" });
  });

  test("a token that has expired, or was changed, is not good, and why is said", async () => {
    await using s = await scene();
    const { token } = await s.mint(jitsi);
    const [header, claims, signature] = token.split(".");
    const raised = Buffer.from(
      Buffer.from(claims!, "base64url").toString().replace('"moderator":false', '"moderator":true'),
    ).toString("base64url");
    expect(await s.verify([header, raised, signature].join("."))).toMatchObject({ good: false, signature: "bad" });
    s.app.clock.advance(60_000);
    expect(await s.verify(token)).toMatchObject({
      good: false,
      signature: "good",
      time: "expired",
      problems: ["It has expired."],
    });
  });

  test("a token without an algorithm, or with another than the key's, is not good", async () => {
    await using s = await scene();
    const { token } = await s.mint(jitsi);
    const [, claims, signature] = token.split(".");
    const header = (alg: string) => Buffer.from(JSON.stringify({ alg, typ: "JWT" })).toString("base64url");
    for (const forged of [`${header("none")}.${claims}.${signature}`, `${header("RS256")}.${claims}.${signature}`])
      expect(await s.verify(forged)).toMatchObject({ good: false, signature: "algorithm" });
    expect(await refused(s.verify(`${header("none")}.${claims}.`))).toBe("invalid-input token.form");
  });

  test("a token of one kind does not pass as another: every kind has its own key", async () => {
    await using s = await scene();
    const { token } = await s.mint(jitsi);
    const [header, claims] = token.split(".");
    const asSession = Buffer.from(Buffer.from(claims!, "base64url").toString().replace('"aud":"jitsi"', '"aud":"chat"')).toString(
      "base64url",
    );
    const signature = new Bun.CryptoHasher("sha256", SECRET).update(`${header}.${asSession}`).digest("base64url");
    expect(await s.verify(`${header}.${asSession}.${signature}`)).toMatchObject({
      good: false,
      kind: "session",
      signature: "bad",
    });
  });

  test("a token that never expires is not good, as those of the original", async () => {
    await using s = await scene();
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const unsigned = `${part({ alg: "HS256", typ: "JWT" })}.${part({ aud: "jitsi", iss: "skotos", sub: "meet.jitsi", room: "a", expiresIn: 60 })}`;
    const token = `${unsigned}.${new Bun.CryptoHasher("sha256", SECRET).update(unsigned).digest("base64url")}`;
    expect(await s.verify(token)).toMatchObject({
      good: false,
      signature: "good",
      time: "endless",
      problems: ["It never expires: it has no exp."],
    });
  });

  test("what somebody else has written into a token cannot reach the terminal as a command", async () => {
    await using s = await scene();
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const { explained } = await s.verify(
      `${part({ alg: "HS256" })}.${part({ aud: "jitsi", "\u001b[2J": "\u009b31m\u202e" })}.c2ln`,
    );
    expect(explained[1]).toEqual({ claim: "\\u{1b}[2J", value: '"\\u{9b}31m\\u{202e}"', meaning: "not one of ours" });
  });

  test("what is no token is refused", async () => {
    await using s = await scene();
    for (const text of ["x", "a.b", "a.b.c", "..", "eyJ9.eyJ9.eyJ9", `${"a".repeat(9000)}.${"b".repeat(9000)}.c`])
      expect(await refused(s.verify(text))).toStartWith("invalid-input token.");
  });
});
