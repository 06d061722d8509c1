import { expect, test } from "bun:test";

import { systemClock, systemTimers } from "../../src/kernel/clock.ts";

test("a timer for a part of a millisecond does not come before its time by the clock", async () => {
  const early = await Promise.all(
    Array.from({ length: 40 }, (_, index) => {
      const at = systemClock() + 2 + index / 40;
      return new Promise<boolean>((done) => systemTimers.after(at - systemClock(), () => done(systemClock() < at)));
    }),
  );
  expect(early).not.toContain(true);
});
