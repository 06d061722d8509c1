import { describe, expect, test } from "bun:test";

import { Splitter, TooLong } from "../../src/wire/tokens/framing.ts";
import { type Random, randomOf } from "../support/random.ts";
import { heard, request, tokenScene } from "../support/tokens.ts";

const ENDS = ["\0", "\n", "\r\n", "\n\0", "\0\0", "\r\n\r\n\0"];

/** Cuts bytes anywhere. */
function pieces(all: Uint8Array, random: Random): Uint8Array[] {
  const cut: Uint8Array[] = [];
  for (let at = 0; at < all.length;) {
    const length = 1 + random.below(random.of([1, 3, 40, 2000]));
    cut.push(all.subarray(at, at + length));
    at += length;
  }
  return cut;
}

const bytes = (length: number, random: Random): Uint8Array => Uint8Array.from({ length }, () => random.below(256));

describe.each([1, 2, 3, 4, 5])("with seed %d", (seed) => {
  test("however a stream is cut, the same requests come out of it", () => {
    const random = randomOf(seed);
    for (let round = 0; round < 200; round++) {
      const requests = Array.from({ length: random.below(20) }, () => "x".repeat(1 + random.below(100)));
      const stream = Buffer.from(requests.map((text) => text + random.of(ENDS)).join(""));
      const splitter = new Splitter(101);
      const found = pieces(stream, random).flatMap((piece) => [...splitter.push(piece)]);
      // `\r` before a newline stays with the request: JSON passes over it.
      expect(found.map((one) => Buffer.from(one).toString().trimEnd())).toEqual(requests);
    }
  });

  test("whatever bytes come, nothing longer than the limit is held, and nothing is thrown but that", () => {
    const random = randomOf(seed);
    for (let round = 0; round < 300; round++) {
      const splitter = new Splitter(64);
      try {
        for (const piece of pieces(bytes(random.below(3000), random), random))
          for (const found of splitter.push(piece)) expect(found.length).toBeLessThanOrEqual(64);
      } catch (why) {
        expect(why).toBeInstanceOf(TooLong);
      }
    }
  });

  test("whatever a caller sends, every request is answered, and the next caller is served", async () => {
    const random = randomOf(seed);
    await using scene = await tokenScene({ requests_per_minute: 1_000_000 });
    const values = [
      null,
      true,
      0,
      -1,
      1.5,
      1e99,
      "",
      "*",
      "\u0000",
      "x".repeat(5000),
      [],
      {},
      [[[]]],
      { toString: 1 },
      "__proto__",
    ];
    const fields = [
      "cmd",
      "displayName",
      "channel",
      "moderator",
      "validFor",
      "validUntil",
      "email",
      "avatar",
      "seq",
      "auth",
      "__proto__",
    ];
    using socket = await scene.connect();
    for (let round = 0; round < 60; round++) {
      const changed = Object.fromEntries(Array.from({ length: random.below(4) }, () => [random.of(fields), random.of(values)]));
      const line = random.below(4) === 0 ? request().slice(0, random.below(60)) : request(changed);
      const sent = Buffer.from(line === "" ? "{" : line);
      if (random.below(4) === 0) sent[random.below(sent.length)] = 0x80 + random.below(128);
      for (const piece of pieces(Buffer.concat([sent, Buffer.from(random.of(ENDS))]), random)) await socket.send(piece);
      const answer = await heard(socket);
      expect(typeof answer.success).toBe("boolean");
      expect(answer.success).toBe(answer.token !== "");
      expect(answer.message).not.toStartWith("Internal error");
    }
    using next = await scene.connect();
    await next.send(`${request({ seq: "next" })}\0`);
    expect(await heard(next)).toMatchObject({ success: true, seq: "next" });
  });
});
