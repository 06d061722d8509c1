import type { Figures } from "../../domain/figures.ts";
import type { Quantiles, Stats } from "./protocol.ts";

/** Makes a reading each second into rates. */
export class Gauge {
  #before: { at: number; messages: number; deliveries: number } | undefined;
  constructor(
    private readonly figures: Figures,
    private readonly now: () => number,
    private readonly sessionsByWire: () => Map<string, number>,
    private readonly connections: () => number,
  ) {}

  read(): Stats {
    const { figures } = this;
    const at = this.now();
    const messages = figures.value("chat_messages_total");
    const deliveries = figures.value("chat_deliveries_total");
    const before = this.#before ?? { at: at - 1000, messages, deliveries };
    this.#before = { at, messages, deliveries };
    const seconds = Math.max(0.001, (at - before.at) / 1000);
    const rate = (more: number) => Math.round((more / seconds) * 10) / 10;
    return {
      at,
      sessions: Object.fromEntries(this.sessionsByWire()),
      connections: this.connections(),
      messages: { total: messages, perSecond: rate(messages - before.messages) },
      deliveries: { total: deliveries, perSecond: rate(deliveries - before.deliveries) },
      acknowledgement: this.#quantiles("chat_acknowledgement_seconds"),
      commit: this.#quantiles("chat_commit_seconds"),
      residentBytes: figures.value("chat_resident_bytes"),
      uptimeSeconds: Math.round(figures.value("chat_uptime_seconds")),
      eventLoopLagMs: Math.round(figures.value("chat_event_loop_lag_seconds") * 10_000) / 10,
    };
  }

  #quantiles(name: "chat_acknowledgement_seconds" | "chat_commit_seconds"): Quantiles {
    const of = (part: number) => {
      const seconds = this.figures.quantile(name, part);
      return seconds === undefined ? null : Math.round(seconds * 100_000) / 100;
    };
    return { p50: of(0.5), p99: of(0.99) };
  }
}
