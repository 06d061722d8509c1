import type { Settings } from "./config/schema.ts";
import type { Log } from "./kernel/log.ts";
import { type Forwarding, type MediaRelay, RelayAway } from "./kernel/media-relay.ts";
import { ListenError, type ListenWords } from "./net/listen-error.ts";
import { freeUdpPort } from "./net/udp-port.ts";
import { ENGINES, type Engines } from "./voice/engines.ts";
import { RelayOnDemand } from "./voice/on-demand.ts";
import type { RelayAt } from "./wire/control/protocol.ts";

export interface VoiceParts {
  readonly settings: Pick<Settings, "voice" | "websocket" | "tls">;
  readonly log: Log;
  readonly engines?: Engines;
}

const WORDS: ListenWords = { portFlag: "voice.port", hostFlag: "voice.host" };
const LOOPBACK = /^(127\.|\[?::1\]?$|localhost$)/;

/** Where clients send the media of calls. The relay behind it is opened at the first offer: an idle server has neither its code nor its port. */
export class VoiceDoor implements AsyncDisposable {
  readonly #parts: VoiceParts;
  readonly #engines: Engines;
  /** Undefined where calls are not relayed: who would be in one comes by the web port. */
  readonly #engine: keyof Engines | undefined;
  readonly #host: string;
  readonly #relay: RelayOnDemand | undefined;
  #port: number;

  constructor(parts: VoiceParts) {
    const { voice, websocket } = parts.settings;
    const engine = voice.engine === "off" || !websocket.enabled ? undefined : voice.engine;
    this.#parts = parts;
    this.#engines = parts.engines ?? ENGINES;
    this.#engine = engine;
    this.#host = (voice.host || websocket.host).replace(/^\[(.*)\]$/, "$1");
    this.#port = voice.port;
    if (engine) this.#relay = new RelayOnDemand((ended) => this.#open(engine, ended));
  }

  get relay(): Forwarding | undefined {
    return this.#relay;
  }
  /** For whoever asks how the server stands. */
  get at(): RelayAt | null {
    if (!this.#engine) return null;
    const bound = this.#relay?.port;
    const { public_address: advertised } = this.#parts.settings.voice;
    return { engine: this.#engine, host: this.#host, port: bound ?? this.#port, open: bound !== undefined, advertised };
  }

  /**
   * Settles which port it is, and says what may stand in the way of calls. None of that keeps the server from starting.
   * @param webPort where HTTP is listened on.
   */
  async choosePort(webPort: number): Promise<void> {
    const { log, settings } = this.#parts;
    const { voice, websocket, tls } = settings;
    const engine = this.#engine;
    if (!engine) return;
    this.#port = voice.port || (websocket.port && webPort);
    try {
      this.#port = await freeUdpPort(this.#host, this.#port, WORDS);
      log.info("voice.ready", { engine, host: this.#host, port: this.#port });
    } catch (why) {
      if (!(why instanceof ListenError)) throw why;
      log.warn("voice.no-port", { sentence: `${why.message} Until then calls are not relayed.` });
    }
    for (const sentence of this.#engines[engine].gaps) log.warn("voice.engine-gap", { engine, sentence });
    if (!LOOPBACK.test(websocket.host) && tls.mode === "off" && !websocket.trusted_proxies.length)
      log.warn("voice.no-microphone", {
        sentence:
          "Browsers give a microphone only to pages that came by https or from this machine: for calls use --domain, --tls self or --tls files, or a reverse proxy (websocket.trusted_proxies).",
      });
  }

  async #open(engine: keyof Engines, ended: () => void): Promise<MediaRelay> {
    const { settings, log } = this.#parts;
    const { public_address: advertised, max_connections: most } = settings.voice;
    try {
      await freeUdpPort(this.#host, this.#port, WORDS);
    } catch (why) {
      if (!(why instanceof ListenError)) throw why;
      throw new RelayAway(why.message);
    }
    const relay = await this.#engines[engine].open({ host: this.#host, port: this.#port, advertised, most, log, ended });
    log.info("voice.open", { host: this.#host, port: relay.port });
    return relay;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#relay?.[Symbol.asyncDispose]();
  }
}
