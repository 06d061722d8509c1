import type { Flow } from "../../kernel/media-relay.ts";
import type { FlowRate, SeenFlow } from "./protocol.ts";

/** Readings that losses are reckoned over: clients tell theirs every few seconds only. */
const KEPT = 10;

interface Reading {
  readonly at: number;
  readonly flow: Flow;
}

/** Makes readings of what is forwarded into rates. */
export class FlowGauge {
  #readings = new Map<string, readonly Reading[]>();

  /** @param streamOf the stream of a session in a call. */
  constructor(
    private readonly flows: () => readonly Flow[],
    private readonly streamOf: (session: string) => string | undefined,
    private readonly now: () => number,
  ) {}

  /** Undefined as long as there is nothing, after there was nothing. */
  read(): readonly SeenFlow[] | undefined {
    const flows = this.flows();
    if (!flows.length && !this.#readings.size) return undefined;
    const at = this.now();
    const before = this.#readings;
    this.#readings = new Map();
    return flows.flatMap((flow) => {
      const stream = this.streamOf(flow.session);
      if (stream === undefined) return [];
      const earlier = (before.get(flow.session) ?? []).filter((one) => !hasBegunAnew(one.flow, flow));
      this.#readings.set(flow.session, [...earlier, { at, flow }].slice(-KEPT));
      return {
        channel: flow.room,
        stream,
        speaking: flow.speaking,
        in: rate(earlier, at, flow, "received", "lost"),
        out: rate(earlier, at, flow, "sent", "missed"),
      };
    });
  }
}

/** Counts begin at nothing when a session connects again. */
const hasBegunAnew = (before: Flow, now: Flow): boolean => now.received < before.received || now.sent < before.sent;

function rate(
  earlier: readonly Reading[],
  at: number,
  flow: Flow,
  carried: "received" | "sent",
  missing: "lost" | "missed",
): FlowRate {
  const [oldest, newest] = [earlier[0], earlier.at(-1)];
  if (!oldest || !newest) return { perSecond: null, lost: null };
  const seconds = Math.max(0.001, (at - newest.at) / 1000);
  const there = flow[carried] - oldest.flow[carried];
  const gone = Math.max(0, flow[missing] - oldest.flow[missing]);
  // What was sent counts those that were missed, what came does not.
  const all = carried === "sent" ? there : there + gone;
  return {
    perSecond: Math.round((flow[carried] - newest.flow[carried]) / seconds),
    lost: all > 0 ? Math.min(100, Math.round((gone / all) * 1000) / 10) : null,
  };
}
