import { describe, expect, test } from "bun:test";

import { daysFor, lifetimeOf } from "../../src/media/expiry.ts";

const MIB = 1024 * 1024;
const DAY = 86_400_000;
const settings = { permanent_tiers: ["pro", "max"], permanent_expiration_days: 365, free_tier_max_expiration_days: 7 };

describe("how long a file is kept", () => {
  test.each([
    [0, 49],
    [5, 49],
    [5 + 1 / MIB, 49],
    [15, 28],
    [25, 7],
    [50, 5],
    [100 - 1 / MIB, 1],
    [100, 1],
    [10_000, 1],
  ])("%d MiB would be kept %d days", (size, days) => expect(daysFor(size * MIB)).toBeCloseTo(days, 4));

  test("without a subscription the settings cap it", () => {
    expect(lifetimeOf({ bytes: MIB }, settings)).toEqual({ ms: 7 * DAY, permanent: false });
    expect(lifetimeOf({ bytes: 50 * MIB }, settings)).toEqual({ ms: 5 * DAY, permanent: false });
    expect(lifetimeOf({ bytes: MIB }, { ...settings, free_tier_max_expiration_days: 100 }).ms).toBe(49 * DAY);
    expect(lifetimeOf({ bytes: MIB, tier: "lite" }, settings).permanent).toBe(false);
  });

  test("some subscriptions keep it long, whatever its size", () => {
    expect(lifetimeOf({ bytes: 100 * MIB, tier: "max" }, settings)).toEqual({ ms: 365 * DAY, permanent: true });
  });

  test("a wish can shorten it and not lengthen it; a senseless one is none", () => {
    expect(lifetimeOf({ bytes: MIB, wishedDays: 0.5 }, settings).ms).toBe(DAY / 2);
    expect(lifetimeOf({ bytes: MIB, tier: "pro", wishedDays: 2 }, settings)).toEqual({ ms: 2 * DAY, permanent: true });
    for (const wishedDays of [30, 0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(lifetimeOf({ bytes: MIB, wishedDays }, settings).ms).toBe(7 * DAY);
    }
  });
});
