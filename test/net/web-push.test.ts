import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";

import { guardedFetch, GuardedFetchError } from "../../src/net/guarded-fetch.ts";
import { encryptPush, MAX_PUSH_BYTES } from "../../src/net/push-encryption.ts";
import { generateKey, issueCertificate } from "../../src/net/self-signed.ts";
import { createVapidKeys, loadVapidKeys, vapidAuthorization, type VapidKeys } from "../../src/net/vapid.ts";
import { flawOf, type PushSubscription, sendPush } from "../../src/net/web-push.ts";
import { browser } from "../support/browser.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const raw = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));

/** A VAPID header as a push service checks it. */
async function claimsOf(header: string) {
  const [, head = "", body = "", signature = "", key = ""] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(header) ?? [];
  const verifying = await crypto.subtle.importKey("raw", raw(key), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  const good = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, verifying, raw(signature), utf8(`${head}.${body}`));
  expect(good).toBe(true);
  return {
    key,
    head: JSON.parse(Buffer.from(head, "base64url").toString()),
    ...JSON.parse(Buffer.from(body, "base64url").toString()),
  };
}

describe("a message for one browser", () => {
  test("is, with the keys and the salt of RFC 8291 Appendix A, the result given there", async () => {
    const key = (part: string, point: string, usages: KeyUsage[]) => {
      const [x, y] = [raw(point).subarray(1, 33), raw(point).subarray(33)].map((half) => Buffer.from(half).toString("base64url"));
      const jwk = { kty: "EC", crv: "P-256", x, y, ...(part !== "" && { d: part }) } as JsonWebKey;
      return crypto.subtle.importKey("jwk", jwk, { name: "ECDH", namedCurve: "P-256" }, true, usages);
    };
    const senderPoint = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    const body = await encryptPush(
      {
        p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth: "BTBZMqHH6r4Tts7J_aSIgg",
      },
      utf8("When I grow up, I want to be a watermelon"),
      {
        salt: raw("DGv6ra1nlYgDCS1FRnbzlw"),
        sender: {
          privateKey: await key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", senderPoint, ["deriveBits"]),
          publicKey: await key("", senderPoint, []),
        },
      },
    );
    expect(Buffer.from(body).toString("base64url")).toBe(
      "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
    );
  });

  test("can be read by that browser, up to the largest there is, and twice the same is never the same", async () => {
    const { subscription, read } = browser();
    const largest = "x".repeat(MAX_PUSH_BYTES);
    for (const text of ["", "Grüße 🎉", largest]) expect(read(await encryptPush(subscription, utf8(text)))).toBe(text);
    expect((await encryptPush(subscription, utf8(largest))).length).toBe(4096);
    expect(await encryptPush(subscription, utf8("a"))).not.toEqual(await encryptPush(subscription, utf8("a")));
    await expect(encryptPush(subscription, utf8(`${largest}x`))).rejects.toThrow("at most 3993 bytes");
  });

  test("is not made for a key that is no point on the curve", async () => {
    const { subscription } = browser();
    const p256dh = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)]).toString("base64url");
    await expect(encryptPush({ ...subscription, p256dh }, utf8("a"))).rejects.toThrow("no point on the curve");
  });
});

describe("who we are to a push service", () => {
  test("keys survive being written to a file", async () => {
    const made = await createVapidKeys();
    const loaded = await loadVapidKeys(made.pem);
    expect(loaded.publicKey).toBe(made.publicKey);
    expect(loaded.pem).toBe(made.pem);
    expect(raw(made.publicKey)).toHaveLength(65);
    expect((await createVapidKeys()).publicKey).not.toBe(made.publicKey);
  });

  test.each(["pkcs8", "sec1"] as const)("keys others made are read from their PEM (%s)", async (type) => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    const keys = await loadVapidKeys(privateKey.export({ format: "pem", type }).toString());
    expect(raw(keys.publicKey)).toEqual(new Uint8Array([4, ...raw(x), ...raw(y)]));
    expect((await claimsOf(await vapidAuthorization(keys, "https://push.test/1", "", 0))).key).toBe(keys.publicKey);
  });

  test.each([
    ["nothing", ""],
    ["something else", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"],
    [
      "another curve",
      generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    ],
    ["another kind", generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString()],
    [
      "a public key",
      generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "pem", type: "spki" }).toString(),
    ],
  ])("a file with %s is refused without showing it", async (_, pem) => {
    const error = await loadVapidKeys(pem).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error?.name).toBe("RangeError");
    expect(error?.message).not.toContain("c2VjcmV0");
  });

  test("the signature names the service, an end within a day, and whom to write to", async () => {
    const keys = await createVapidKeys();
    const claims = await claimsOf(
      await vapidAuthorization(keys, "https://push.test:8443/a/b?c", "mailto:a@chat.test", 1_000_000_500),
    );
    expect(claims).toEqual({
      key: keys.publicKey,
      head: { typ: "JWT", alg: "ES256" },
      aud: "https://push.test:8443",
      exp: 1_000_000 + 12 * 60 * 60,
      sub: "mailto:a@chat.test",
    });
  });
});

describe("a subscription", () => {
  const { subscription } = browser();
  test.each([
    [{}, undefined],
    [{ p256dh: `${subscription.p256dh}=`, auth: `${subscription.auth}==` }, undefined],
    [{ endpoint: "http://push.test/1" }, "endpoint"],
    [{ endpoint: "push.test/1" }, "endpoint"],
    [{ endpoint: "file:///etc/passwd" }, "endpoint"],
    [{ endpoint: "https://me:secret@push.test/1" }, "endpoint"],
    [{ endpoint: `https://push.test/${"x".repeat(2048)}` }, "endpoint"],
    [{ p256dh: "" }, "p256dh"],
    [{ p256dh: subscription.p256dh.slice(1) }, "p256dh"],
    [{ p256dh: Buffer.alloc(65).toString("base64url") }, "p256dh"],
    [{ p256dh: "A".repeat(100_000) }, "p256dh"],
    [{ auth: "" }, "auth"],
    [{ auth: "short" }, "auth"],
    [{ auth: "!".repeat(22) }, "auth"],
  ] as const)("%j is judged before anything is sent: %p", (change, flaw) =>
    expect(flawOf({ ...subscription, ...change })).toBe(flaw),
  );
});

describe("handing a message to a push service", () => {
  let service: Bun.Server<undefined>;
  let keys: VapidKeys;
  let ca: string;
  const now = Date.parse("2026-11-20T12:00:00Z");
  let requests: { headers: Headers; body: Uint8Array; path: string }[] = [];
  let answer = () => new Response(null, { status: 201 });
  beforeAll(async () => {
    keys = await createVapidKeys();
    const key = await generateKey();
    // The client reads the real clock.
    ca = await issueCertificate(key, { required: ["push.test"], alsoNow: [] }, Date.now());
    service = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls: { cert: ca, key },
      async fetch(request) {
        requests.push({ headers: request.headers, body: await request.bytes(), path: new URL(request.url).pathname });
        return answer();
      },
    });
  });
  afterAll(() => service.stop(true));

  const resolve = async (name: string) => (name === "inside.test" ? ["10.0.0.7"] : ["127.0.0.1"]);
  const send = (subscription: PushSubscription, text = "hello", more = {}) => {
    requests = [];
    const allowed = guardedFetch({ allow: ["push.test"], resolve, ca });
    return sendPush({ fetch: allowed, keys, contact: "mailto:a@chat.test", now: () => now }, subscription, utf8(text), {
      ttl: 86_400,
      ...more,
    });
  };
  const here = () => browser(`https://push.test:${service.port}/device/1`);

  test("it gets what only the browser can read, and who sent it", async () => {
    answer = () => new Response(null, { status: 201 });
    const { subscription, read } = here();
    expect(await send(subscription, "hello", { urgency: "high", topic: "channel-1" })).toEqual({ outcome: "delivered" });
    const [request] = requests;
    expect(read(request?.body as Uint8Array)).toBe("hello");
    expect(request?.path).toBe("/device/1");
    const { headers } = request as { headers: Headers };
    expect(["content-encoding", "ttl", "urgency", "topic"].map((name) => headers.get(name))).toEqual([
      "aes128gcm",
      "86400",
      "high",
      "channel-1",
    ]);
    expect(await claimsOf(headers.get("authorization") ?? "")).toMatchObject({
      aud: `https://push.test:${service.port}`,
      exp: now / 1000 + 12 * 60 * 60,
    });
  });

  test.each([
    [201, null, { outcome: "delivered" }],
    [202, null, { outcome: "delivered" }],
    [404, null, { outcome: "gone" }],
    [410, null, { outcome: "gone" }],
    [429, "120", { outcome: "later", afterMs: 120_000 }],
    [429, "Fri, 20 Nov 2026 12:05:00 GMT", { outcome: "later", afterMs: 300_000 }],
    [429, "Fri, 20 Nov 2020 12:05:00 GMT", { outcome: "later", afterMs: 1000 }],
    [429, "999999999", { outcome: "later", afterMs: 86_400_000 }],
    [429, "soon", { outcome: "later", afterMs: 60_000 }],
    [500, null, { outcome: "later", afterMs: 60_000 }],
    [503, "0", { outcome: "later", afterMs: 1000 }],
    [400, null, { outcome: "refused", why: "400" }],
    [403, null, { outcome: "refused", why: "403" }],
    [413, null, { outcome: "refused", why: "413" }],
  ] as const)("its answer %d with Retry-After %p means %j", async (status, retryAfter, outcome) => {
    answer = () => new Response(null, { status, ...(retryAfter !== null && { headers: { "retry-after": retryAfter } }) });
    expect(await send(here().subscription)).toEqual(outcome);
  });

  test("a service that answers with a redirect is not followed anywhere", async () => {
    answer = () => new Response(null, { status: 307, headers: { location: "http://169.254.169.254/latest/meta-data" } });
    expect(await send(here().subscription)).toEqual({ outcome: "refused", why: "redirected" });
    expect(requests).toHaveLength(1);
  });

  test("a service that answers endlessly is not listened to", async () => {
    answer = () => new Response("x".repeat(100_000), { status: 201 });
    expect(await send(here().subscription)).toEqual({ outcome: "refused", why: "too-large" });
  });

  test.each([
    "https://127.0.0.1:PORT/1",
    "https://localhost:PORT/1",
    "https://[::1]:PORT/1",
    "https://0x7f000001:PORT/1",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.1/1",
    "https://inside.test/1",
    "https://elsewhere.test:PORT/1",
  ])("an endpoint at %s is never reached", async (endpoint) => {
    const { subscription } = browser(endpoint.replace("PORT", String(service.port)));
    expect(await send(subscription)).toEqual({ outcome: "refused", why: "forbidden-address" });
    expect(requests).toEqual([]);
  });

  test("a service that cannot be reached is tried later", async () => {
    for (const code of ["timed-out", "unreachable", "unresolved"] as const) {
      const failing = () => Promise.reject(new GuardedFetchError(code, "no"));
      const outcome = await sendPush({ fetch: failing, keys, contact: "", now: () => now }, here().subscription, utf8("a"), {
        ttl: 0,
      });
      expect(outcome).toEqual({ outcome: "later", afterMs: 60_000 });
    }
  });

  test("a subscription that could never work is gone, and asks nobody", async () => {
    const { subscription } = here();
    const noPoint = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)]).toString("base64url");
    for (const broken of [{ endpoint: "http://push.test/1" }, { p256dh: "x" }, { p256dh: noPoint }, { auth: "x" }]) {
      expect(await send({ ...subscription, ...broken })).toEqual({ outcome: "gone" });
    }
    expect(requests).toEqual([]);
  });

  test("a message that is too large and a topic that is none are the caller's mistake", async () => {
    await expect(send(here().subscription, "x".repeat(MAX_PUSH_BYTES + 1))).rejects.toThrow("at most 3993 bytes");
    await expect(send(here().subscription, "a", { topic: "a\r\nx: y" })).rejects.toThrow("topic");
  });
});
