import { expect, test } from "bun:test";
import { Source } from "../../../src/voice/port/source.ts";

test("no two sources have the same SSRC, however many there have been: a listener that heard both would get both under the same numbers", () => {
  const seen = new Set<number>();
  for (let n = 0; n < 300_000; n++) seen.add(new Source("ann", "ann").ssrc);
  expect(seen.size).toBe(300_000);
});
