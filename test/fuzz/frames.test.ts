import { expect, test } from "bun:test";
import { attackCommands } from "./commands.ts";
import { attackFrameLayer } from "./frame-layer.ts";
import { playConversation } from "./model.ts";
import { attackHttp } from "./requests.ts";
import { Random } from "./random.ts";

// The same seeds every time; `npm run fuzz` tries new ones.
for (const seed of [1, 2, 3])
  test(`whatever bytes come (seed ${seed}), they are answered and the server goes on`, () => attackFrameLayer(seed, 300));

for (const seed of [1, 2, 3])
  test(`whatever stands in a request (seed ${seed}), it is answered and nothing breaks`, () => attackCommands(seed, 25));

for (const seed of [1, 2, 3])
  test(`whatever HTTP is sent (seed ${seed}), it is answered in words and nothing breaks`, () => attackHttp(seed, 200));

for (const seed of [1, 2, 3])
  test(`what each client was sent adds up to the history (seed ${seed})`, () => playConversation(seed, 120));

test("a seed makes the same chance again, and another seed another", () => {
  const row = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 20 }, () => random.int(0, 1000));
  };
  expect(row(7)).toEqual(row(7));
  expect(row(7)).not.toEqual(row(8));
  expect(new Set(row(7)).size).toBeGreaterThan(10);
});
