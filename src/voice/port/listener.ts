import type { Connection } from "./connection.ts";
import { readReports } from "./rtcp.ts";
import type { AnsweredSection } from "./sdp-answer.ts";
import type { Offer, OfferedSection } from "./sdp-offer.ts";
import type { Link, Source } from "./source.ts";
import type { SrtpReceiver } from "./srtp.ts";

const hears = ({ refused, opus, direction }: OfferedSection): boolean =>
  !refused && opus !== undefined && (direction === "recvonly" || direction === "sendrecv");

/**
 * What one session hears: each section of its offer that receives sound carries one source of the room. A section keeps its source for
 * as long as there is one, and gets another only after an answer has said that it carries nothing.
 */
export class Listener {
  /** By the mids of the sections; a section that was answered as inactive has none. */
  readonly #heard = new Map<string, Source>();
  /** By SSRC: of all sources that were heard and still are. */
  readonly #links = new Map<number, Link>();
  #past = { sent: 0, missed: 0 };

  constructor(readonly connection: Connection) {}

  get sent(): number {
    return this.#sum("packets") + this.#past.sent;
  }
  get missed(): number {
    return this.#sum("missed") + this.#past.missed;
  }

  answer({ sections }: Offer, sources: readonly Source[]): AnsweredSection[] {
    for (const [ssrc, link] of this.#links) if (link.source.isOver) this.#forget(ssrc, link);
    const usable = new Set(sections.filter(hears).map(({ mid }) => mid));
    const freed = new Set<string>();
    for (const [mid, source] of this.#heard) {
      if (sources.includes(source) && usable.has(mid)) continue;
      this.#heard.delete(mid);
      freed.add(mid);
      const link = this.#links.get(source.ssrc);
      if (link) source.remove(link);
    }
    const taken = new Set(this.#heard.values());
    const waiting = sources.filter((source) => !taken.has(source));
    return sections.map((offered) => this.#answerSection(offered, freed, waiting));
  }

  /** All keys are new: every source counts from the beginning again. */
  up(): void {
    for (const link of this.#links.values()) link.base = undefined;
  }

  end(): void {
    for (const link of this.#links.values()) link.source.remove(link);
  }

  /** Reports of what did not arrive; the client has nothing else to say here. Whether it was authentic. */
  receive(packet: Buffer, receiver: SrtpReceiver): boolean {
    const plain = receiver.unprotectRtcp(packet);
    if (!plain) return false;
    for (const { ssrc, lost } of readReports(plain).flatMap(({ blocks }) => blocks)) {
      const link = this.#links.get(ssrc);
      if (link && lost > link.missed) link.missed = Math.min(lost, link.packets);
    }
    return true;
  }

  #answerSection(offered: OfferedSection, freed: ReadonlySet<string>, waiting: Source[]): AnsweredSection {
    const { mid, opus } = offered;
    if (opus === undefined || !hears(offered)) return { offered, direction: "inactive" };
    const source = this.#heard.get(mid) ?? (freed.has(mid) ? undefined : waiting.shift());
    if (!source) return { offered, direction: "inactive" };
    this.#heard.set(mid, source);
    this.#link(source, opus);
    return { offered, direction: "sendonly", heard: source };
  }

  #link(source: Source, payloadType: number): void {
    let link = this.#links.get(source.ssrc);
    if (!link) {
      link = { source, connection: this.connection, payloadType, base: undefined, packets: 0, octets: 0, missed: 0 };
      this.#links.set(source.ssrc, link);
    }
    link.payloadType = payloadType;
    source.add(link);
  }

  #forget(ssrc: number, { packets, missed }: Link): void {
    this.#past = { sent: this.#past.sent + packets, missed: this.#past.missed + missed };
    this.#links.delete(ssrc);
  }

  #sum(what: "packets" | "missed"): number {
    let sum = 0;
    for (const link of this.#links.values()) sum += link[what];
    return sum;
  }
}
