import { describe, expect, test } from "bun:test";

import { heard, opened, request, tokenScene } from "../../support/tokens.ts";

/** reference/chat-admin-server.md, “Protocol” and “What is wrong in the original”. */
async function ask(line: string, settings: Parameters<typeof tokenScene>[0] = {}) {
  await using scene = await tokenScene(settings);
  using socket = await scene.connect();
  await socket.send(`${line}\0`);
  return { answer: await heard(socket), app: scene.app };
}
const NOW = Date.UTC(2026, 0, 1) / 1000;

describe("a token", () => {
  test("lets the named person into the channel for the time asked, with the claims that Jitsi reads", async () => {
    const { answer } = await ask(
      request({
        displayName: "Zoë",
        email: "zoe@example.org",
        avatar: "https://example.org/z.png",
        channel: "tavern",
        validFor: 600,
        seq: { n: 1 },
      }),
    );
    expect(answer).toEqual({ success: true, message: "OK", token: expect.any(String), time: NOW, seq: { n: 1 } });
    expect(opened(answer.token)).toEqual({
      header: { alg: "HS256", typ: "JWT" },
      claims: {
        aud: "jitsi",
        iss: "skotos",
        sub: "meet.jitsi",
        room: "tavern",
        moderator: false,
        context: {
          user: { id: "Zoë", name: "Zoë", email: "zoe@example.org", avatar: "https://example.org/z.png", moderator: false },
        },
        iat: NOW,
        nbf: NOW - 10,
        exp: NOW + 600,
        jti: expect.any(String),
      },
    });
  });

  test("ends when validUntil says", async () => {
    const { answer } = await ask(request({ validFor: undefined, validUntil: NOW + 77 }));
    expect(opened(answer.token).claims).toMatchObject({ exp: NOW + 77 });
  });

  test("may be for every channel and for a moderator", async () => {
    const { answer } = await ask(request({ channel: "*", moderator: true }));
    expect(opened(answer.token).claims).toMatchObject({ room: "*", moderator: true, context: { user: { moderator: true } } });
  });

  test("has neither e-mail nor avatar when none, or an empty one, is given", async () => {
    const { answer } = await ask(request({ email: "", avatar: "" }));
    expect(opened(answer.token).claims["context"]).toEqual({ user: { id: "Alice", name: "Alice", moderator: false } });
  });

  test("an answer without seq has none, and seq null comes back as null", async () => {
    expect(Object.keys((await ask(request())).answer)).toEqual(["success", "message", "token", "time"]);
    expect((await ask(request({ seq: null }))).answer).toHaveProperty("seq", null);
  });
});

describe("what is wrong is answered with the field and the reason", () => {
  const long = "x".repeat(300);
  const wrong: readonly (readonly [line: string, message: string])[] = [
    ["hello", "The request is not JSON"],
    ["[1]", "The request must be one JSON object"],
    ["null", "The request must be one JSON object"],
    ["{}", 'cmd is missing: it must be "jwt_token"'],
    [request({ cmd: "jwt" }), 'cmd must be "jwt_token"'],
    [request({ displayName: undefined }), "displayName is missing: it must be a string"],
    [request({ displayName: 7 }), "displayName must be a string"],
    [request({ channel: undefined }), "channel is missing: it must be a string"],
    [request({ channel: ["a"] }), "channel must be a string"],
    [request({ moderator: undefined }), "moderator is missing: it must be true or false"],
    [request({ moderator: "false" }), "moderator must be true or false"],
    [request({ validFor: "600" }), "validFor must be a whole number of seconds"],
    [request({ validFor: 1.5 }), "validFor must be a whole number of seconds"],
    [request({ validFor: undefined, validUntil: null }), "validUntil must be a whole number of seconds since the epoch"],
    [request({ validFor: undefined }), "Exactly one of validUntil and validFor must be given, found neither"],
    [request({ validUntil: NOW + 60 }), "Exactly one of validUntil and validFor must be given, found both"],
    [request({ validFor: undefined, validUntil: NOW }), "validUntil is in the past"],
    [request({ validFor: 86_401 }), "validFor is too long: a token may be good for at most 86400 seconds"],
    [
      request({ validFor: undefined, validUntil: NOW + 86_401 }),
      "validUntil is too long: a token may be good for at most 86400 seconds",
    ],
    [request({ email: 1 }), "email must be a string"],
    [request({ email: "nobody" }), "email is not right: must be an e-mail address"],
    [request({ avatar: "javascript:alert(1)" }), "avatar is not right: must be an http or https address"],
    [request({ displayName: "a\u0000b" }), "displayName is not right: must be one line without control characters"],
  ];
  for (const [line, message] of wrong)
    test(message, async () => {
      const { answer, app } = await ask(line);
      expect(answer).toEqual({ success: false, message, token: "", time: NOW });
      expect(app.happened.filter(({ type }) => type === "token.minted")).toEqual([]);
    });

  test("a name, a channel or a time that has no end is refused by the limit", async () => {
    for (const changes of [
      { displayName: long },
      { channel: long },
      { validFor: 0 },
      { validFor: -5 },
      { validFor: 2 ** 40 },
      { displayName: "" },
    ])
      expect((await ask(request(changes))).answer).toMatchObject({
        success: false,
        token: "",
        message: expect.stringMatching(/^(displayName|channel|validFor) is not right: /),
      });
  });

  test("milliseconds in place of seconds are too long, not a token for ever", async () => {
    const { answer } = await ask(request({ validFor: undefined, validUntil: (NOW + 60) * 1000 }));
    expect(answer).toMatchObject({ success: false, token: "" });
  });

  test("a seq nested beyond all measure is answered", async () => {
    const deep = 30_000;
    const { answer } = await ask(request({ seq: "@" }).replace('"@"', "[".repeat(deep) + "]".repeat(deep)));
    expect(typeof answer.success).toBe("boolean");
  });
});

test("settings may forbid moderator tokens and tokens for every channel", async () => {
  const { answer: moderator } = await ask(request({ moderator: true }), { allow_moderator: false });
  expect(moderator).toMatchObject({
    success: false,
    message: "moderator must be false: moderator tokens are not given out here",
    token: "",
  });
  const { answer: every } = await ask(request({ channel: "*" }), { allow_every_room: false });
  expect(every).toMatchObject({
    success: false,
    message: 'channel must be one room: tokens for "*" are not given out here',
    token: "",
  });
});

test("a key that cannot be used is told the operator, not the caller", async () => {
  const { answer, app } = await ask(request(), { algorithm: "RS256", key_file: "/nonexistent/key.pem" });
  expect(answer).toMatchObject({ success: false, message: "The server's key for tokens cannot be used" });
  const line = app.log.lines.find(({ event }) => event === "token.refused");
  expect(line?.fields["problem"]).toStartWith("The key file /nonexistent/key.pem cannot be read");
});

test("each token leaves an audit line in the log and in the moderation log, and no line has the token", async () => {
  const { answer, app } = await ask(request({ channel: "tavern", moderator: true }));
  const { jti } = opened(answer.token).claims;
  const line = app.log.lines.find(({ event }) => event === "token.minted");
  expect(line?.fields).toEqual({
    kind: "jitsi",
    jti,
    room: "tavern",
    user: "Alice",
    name: "Alice",
    moderator: true,
    expires: (NOW + 3600) * 1000,
    by: "tokens 127.0.0.1",
  });
  const entry = app.happened.find(({ type }) => type === "modlog.recorded")?.data;
  expect(entry).toMatchObject({
    entry: {
      action: "token_mint",
      category: "server_management",
      actor: { id: "plugin:tokens", name: "tokens 127.0.0.1" },
      target: { id: "Alice", name: "Alice" },
      details: { kind: "jitsi", jti, room: "tavern", moderator: true, expires: (NOW + 3600) * 1000 },
    },
  });
  expect(JSON.stringify([app.log.lines, app.happened])).not.toContain(answer.token.split(".")[2]!);
});

test("a port that is open to others, and a short secret, are warned of at the start", async () => {
  await using scene = await tokenScene({ host: "0.0.0.0", app_secret: "short" });
  const warned = scene.app.log.lines.filter(({ level }) => level === "warn").map(({ event }) => event);
  expect(warned).toEqual(["tokens.exposed", "tokens.weak-secret"]);
});
