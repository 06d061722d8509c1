import type { Direction, Flow, Forwarding, RelayChange, RelaySeat } from "../../kernel/media-relay.ts";
import type { Figures } from "../figures.ts";

/**
 * A relay whose forwarding is counted whenever somebody looks at it, and when a session leaves; nothing is done in between. What went after the
 * last look at a connection that broke by itself is not counted.
 */
export class CountedRelay implements Forwarding {
  #before = new Map<string, Flow>();

  constructor(
    private readonly relay: Forwarding,
    private readonly figures: Figures,
  ) {}

  answer(seat: RelaySeat, direction: Direction, offer: string): Promise<string> {
    return this.relay.answer(seat, direction, offer);
  }
  silence(session: string, silenced: boolean): void {
    this.relay.silence(session, silenced);
  }
  leave(session: string): void {
    this.flows();
    this.relay.leave(session);
  }
  hear(listener: (change: RelayChange) => void): () => void {
    return this.relay.hear(listener);
  }
  flows(): readonly Flow[] {
    const flows = this.relay.flows();
    if (!flows.length && !this.#before.size) return flows;
    const { figures } = this;
    const seen = new Map<string, Flow>();
    for (const flow of flows) {
      const before = this.#before.get(flow.session);
      const known = before && before.received <= flow.received && before.sent <= flow.sent ? before : NOTHING;
      // A packet that came late is no longer lost, and was counted.
      const [lost, missed] = [Math.max(known.lost, flow.lost), Math.max(known.missed, flow.missed)];
      figures.count("chat_voice_packets_total", flow.received - known.received, "in");
      figures.count("chat_voice_packets_total", flow.sent - known.sent, "out");
      figures.count("chat_voice_lost_total", lost - known.lost, "in");
      figures.count("chat_voice_lost_total", missed - known.missed, "out");
      seen.set(flow.session, { ...flow, lost, missed });
    }
    figures.set("chat_voice_connections", flows.length);
    figures.set("chat_voice_speaking", flows.filter(({ speaking }) => speaking).length);
    this.#before = seen;
    return flows;
  }
}

const NOTHING: Pick<Flow, "received" | "lost" | "sent" | "missed"> = { received: 0, lost: 0, sent: 0, missed: 0 };
