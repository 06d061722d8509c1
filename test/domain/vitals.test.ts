import { expect, test } from "bun:test";
import { figures, watchVitals } from "../../src/domain/figures.ts";
import { FakeClock } from "../support/world.ts";

test("memory is given back when it has grown and nobody acts, and not again before it has grown anew", () => {
  const clock = new FakeClock();
  const kept = figures();
  let resident = 60_000_000;
  let collected = 0;
  const collect = () => {
    collected++;
    resident -= 5_000_000;
  };
  using _ = { [Symbol.dispose]: watchVitals(kept, { stopwatch: clock.now, residentBytes: () => resident, collect }, clock) };
  const seconds = (n: number, busy: boolean) => {
    for (let half = 0; half < 2 * n; half++) {
      if (busy) kept.count("chat_operations_total", 1, "done");
      clock.advance(500);
    }
    return collected;
  };
  expect(seconds(2, false)).toBe(0);
  resident += 20_000_000;
  expect(seconds(2, true)).toBe(0);
  expect(seconds(2, false)).toBe(1);
  resident += 20_000_000;
  expect(seconds(2, false)).toBe(2);
  expect(kept.value("chat_resident_bytes")).toBe(resident);
});
