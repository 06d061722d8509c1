import type { Fields, Level, Log } from "../kernel/log.ts";
import { type MediaRelay, OfferRefused, RelayFull, type RelayParts } from "../kernel/media-relay.ts";
import type { EngineName, FromRelay, Refused, ToRelay } from "./thread-messages.ts";

interface HostParts extends Pick<RelayParts, "now" | "timers"> {
  readonly open: (engine: EngineName, parts: RelayParts) => Promise<MediaRelay>;
  readonly post: (message: FromRelay) => void;
}

/** The thread's end of a relay: does what it is told by messages, one after the other, and says what comes of it. Returns what hears them. */
export function hostRelay({ open, post, now, timers }: HostParts): (message: ToRelay) => void {
  let relay: MediaRelay | undefined;
  let left = 0;
  const standing = () => ({ flows: relay?.flows() ?? [], left });
  const log = logTo(post);

  const opening = async ({ engine, parts }: Extract<ToRelay, { say: "open" }>) => {
    try {
      relay = await open(engine, { ...parts, now, timers, log });
      relay.hear((change) => post({ say: "change", change, ...standing() }));
      post({ say: "opened", port: relay.port });
    } catch (why) {
      post({ say: "not-opened", message: messageOf(why) });
    }
  };
  const answering = async ({ id, seat, direction, offer }: Extract<ToRelay, { say: "offer" }>) => {
    try {
      const answer = await relay!.answer(seat, direction, offer);
      post({ say: "answer", id, answer, ...standing() });
    } catch (why) {
      const as = refusedAs(why);
      if (as === "failed") log.error("voice.failed", { error: why });
      post({ say: "refusal", id, as, message: messageOf(why) });
    }
  };
  const leaving = (session: string) => {
    relay?.leave(session);
    left++;
  };

  return (message) => {
    if (message.say === "open") void opening(message);
    else if (message.say === "offer") void answering(message);
    else if (message.say === "silence") relay?.silence(message.session, message.silenced);
    else if (message.say === "leave") leaving(message.session);
    else if (message.say === "look") post({ say: "seen", ...standing() });
    else void Promise.resolve(relay?.[Symbol.asyncDispose]()).finally(() => post({ say: "closed" }));
  };
}

const messageOf = (why: unknown): string => (why instanceof Error ? why.message : String(why));

const refusedAs = (why: unknown): Refused =>
  why instanceof OfferRefused ? "offer" : why instanceof RelayFull ? "full" : "failed";

/** A log whose lines the server writes. */
function logTo(post: HostParts["post"], common: Fields = {}): Log {
  const at = (level: Level) => (event: string, fields?: Fields) =>
    post({ say: "log", level, event, fields: { ...common, ...fields } });
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => logTo(post, { ...common, ...fields }),
  };
}
