import { expect, test } from "bun:test";
import type { Flow } from "../../../src/kernel/media-relay.ts";
import { FlowGauge } from "../../../src/wire/control/flows.ts";

/** A gauge that is read a second after the other, each time of these flows. */
function readings(...flows: readonly (readonly Partial<Flow>[])[]) {
  let at = 0;
  const gauge = new FlowGauge(
    () =>
      flows[at]!.map((flow) => ({
        session: "s",
        room: "c",
        speaking: false,
        received: 0,
        lost: 0,
        sent: 0,
        missed: 0,
        ...flow,
      })),
    (session) => (session === "stranger" ? undefined : `stream of ${session}`),
    () => at * 1000,
  );
  return flows.map((_, index) => {
    at = index;
    return gauge.read();
  });
}

test("what went in the last second is a rate, and what was lost is a part of the last ten", () => {
  const [first, second, third] = readings(
    [{ received: 1000, sent: 500 }],
    [{ received: 1050, lost: 0, sent: 600, missed: 0, speaking: true }],
    [{ received: 1096, lost: 4, sent: 700, missed: 10 }],
  );
  const unknown = { perSecond: null, lost: null };
  expect(first).toEqual([{ channel: "c", stream: "stream of s", speaking: false, in: unknown, out: unknown }]);
  expect(second).toMatchObject([{ speaking: true, in: { perSecond: 50, lost: 0 }, out: { perSecond: 100, lost: 0 } }]);
  expect(third).toMatchObject([{ in: { perSecond: 46, lost: 4 }, out: { perSecond: 100, lost: 5 } }]);
});

test("a loss of eleven seconds ago is forgotten", () => {
  const flows = Array.from({ length: 13 }, (_, second) => [{ received: second * 50, lost: second ? 50 : 0 }]);
  const lost = readings(...flows).map((read) => read![0]!.in.lost);
  expect(lost.slice(1, 3)).toEqual([50, 33.3]);
  expect(lost.slice(-2)).toEqual([0, 0]);
});

test("who connects again is counted anew, not backwards", () => {
  const [, , again] = readings([{ received: 900 }], [{ received: 950 }], [{ received: 20 }]);
  expect(again).toMatchObject([{ in: { perSecond: null } }]);
});

test("there is nothing to tell while nobody is connected, but once that it is over; strangers are left out", () => {
  expect(readings([], [{}], [], [], [{ session: "stranger" }])).toMatchObject([undefined, [{}], [], undefined, []]);
});
