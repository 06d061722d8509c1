import { describe, expect, test } from "bun:test";
import { Pace } from "../../src/kernel/pace.ts";
import { Refusal } from "../../src/kernel/refusal.ts";

const RULE = { perMinute: 5, burst: 3, cooldownMs: 30_000 };
const KEY = "messages alice";

function paced() {
  let now = 1_000_000;
  const pace = new Pace(() => now);
  return {
    pace,
    wait: (ms: number) => void (now += ms),
    /** `ok`, or why not and how long. */
    send(rule = RULE, key = KEY): string {
      try {
        pace.takeWindow(key, rule);
        return "ok";
      } catch (why) {
        if (!(why instanceof Refusal)) throw why;
        return `${why.reason} ${String(why.facts["waitMs"])}`;
      }
    },
  };
}

describe("the sliding window of originChats (reference/originchats.md §7)", () => {
  test("one more than the burst within ten seconds costs a cool-down, counted from the refused attempt", () => {
    const { send, wait } = paced();
    expect([send(), send(), send()]).toEqual(["ok", "ok", "ok"]);
    wait(1000);
    expect(send()).toBe("pace.burst 30000");
    wait(29_999);
    expect(send()).toBe("pace.cooldown 1");
    wait(1);
    expect(send()).toBe("ok");
  });

  test("an attempt exactly ten seconds old belongs to the burst, one a millisecond older does not", () => {
    const early = paced();
    early.send();
    early.send();
    early.send();
    early.wait(10_000);
    expect(early.send()).toBe("pace.burst 30000");
    const late = paced();
    late.send();
    late.send();
    late.send();
    late.wait(10_001);
    expect(late.send()).toBe("ok");
  });

  // deviation: limit-minute
  test("the minute is full at its number, and whoever waits as long as they were told gets through", () => {
    const { send, wait } = paced();
    for (let n = 0; n < 5; n++) {
      expect(send()).toBe("ok");
      wait(5001);
    }
    expect(send()).toBe(`pace.minute ${60_000 - 5 * 5001}`);
    wait(60_000 - 5 * 5001 - 1);
    expect(send()).toBe("pace.minute 1");
    wait(1);
    expect(send()).toBe("ok");
    expect(send()).toBe("pace.minute 5001");
  });

  test("a full minute is told before a burst, and starts no cool-down", () => {
    const { pace, send, wait } = paced();
    const rule = { perMinute: 3, burst: 3, cooldownMs: 30_000 };
    send(rule);
    send(rule);
    send(rule);
    wait(500);
    expect(send(rule)).toBe("pace.minute 59500");
    expect(pace.status(KEY).cooldownMs).toBe(0);
  });

  test("refused attempts are not counted, and do not lengthen a cool-down", () => {
    const { pace, send, wait } = paced();
    send();
    send();
    send();
    for (let n = 0; n < 50; n++) send();
    expect(pace.status(KEY)).toEqual({ inMinute: 3, inBurst: 3, cooldownMs: 30_000 });
    wait(12_000);
    send();
    expect(pace.status(KEY)).toEqual({ inMinute: 3, inBurst: 0, cooldownMs: 18_000 });
  });

  test("an attempt that is given back is as if it had not been", () => {
    const { pace, send } = paced();
    for (let n = 0; n < 50; n++) {
      expect(send()).toBe("ok");
      pace.giveBack(KEY);
    }
    expect(pace.status(KEY).inMinute).toBe(0);
  });

  test("a reset ends the cool-down and forgets what was counted, for that user only", () => {
    const { pace, send } = paced();
    for (const key of [KEY, "messages bob"]) for (let n = 0; n < 4; n++) send(RULE, key);
    pace.reset(KEY);
    expect(send()).toBe("ok");
    expect(send(RULE, "messages bob")).toBe("pace.cooldown 30000");
  });
});

describe("a bucket", () => {
  test("gives its burst at once and then one at a time, as the minute refills it", () => {
    const { pace, wait } = paced();
    const rule = { burst: 2, perMinute: 60 };
    const take = () => pace.take("x", rule, "x.fast");
    take();
    take();
    expect(take).toThrow(new Refusal("too-fast", "x.fast"));
    wait(999);
    expect(take).toThrow(Refusal);
    wait(1);
    take();
    expect(take).toThrow(Refusal);
  });
});

describe("memory", () => {
  const crowd = (count: number, use: (key: string) => void) => {
    for (let n = 0; n < count; n++) use(`k${n}`);
  };

  test("idle keys are swept, running cool-downs longer than a minute are not", () => {
    const { pace, send, wait } = paced();
    const strict = { perMinute: 5, burst: 1, cooldownMs: 3_600_000 };
    send(strict);
    expect(send(strict)).toBe("pace.burst 3600000");
    crowd(20_000, (key) => pace.take(key, { burst: 1, perMinute: 60 }, "x.fast"));
    expect(pace.size).toBe(20_001);
    wait(120_000);
    crowd(1, (key) => pace.take(`new ${key}`, { burst: 1, perMinute: 60 }, "x.fast"));
    expect(pace.size).toBe(2);
    expect(send(strict)).toBe("pace.cooldown 3480000");
  });

  test("people who come one after the other leave nothing behind but the newest", () => {
    const { pace, wait } = paced();
    for (let n = 0; n < 20_000; n++) {
      pace.take(`visitor ${n}`, { burst: 30, perMinute: 30 }, "x.fast");
      wait(10);
    }
    expect(pace.size).toBeLessThan(2500);
  });

  test("made-up names cannot fill it, however fast they come", () => {
    const { pace } = paced();
    crowd(150_000, (key) => pace.take(key, { burst: 1, perMinute: 1 }, "x.fast"));
    expect(pace.size).toBe(100_000);
  });
});
