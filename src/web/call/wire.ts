import { chance, waitBefore } from "./backoff.ts";
import { type Frame, frameIn, text } from "./frames.ts";

/** `away`: the connection is lost, and tried again after a while. `out`: the server has shown us out. */
export type Standing = "connecting" | "open" | "in" | "away" | "out";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

interface Heard {
  readonly frame: (frame: Frame) => void;
  readonly standing: (standing: Standing, why: string) => void;
}

/** “No”, in the server's words. */
export class Refused extends Error {}

const ANSWER_MS = 15_000;
const PING_MS = 20_000;
/** Silence after which a connection is taken for dead: the server answers every ping. */
const QUIET_MS = 45_000;
/** The server restarts, and is soon back. */
const SERVICE_RESTART = 1012;

interface Waiting {
  readonly done: (frame: Frame) => void;
  readonly failed: (why: Error) => void;
  readonly timer: number;
}

/** The page's connection: asks, answers by their `listener`, and comes back by itself. */
export class Wire {
  standing: Standing = "connecting";
  #socket: WebSocket | undefined;
  /** Kept in this page's memory alone, to sign in again after the connection was lost. */
  #credentials: Credentials | undefined;
  #waiting = new Map<string, Waiting>();
  #asked = 0;
  #attempt = 0;
  #retry = 0;
  #pinging = 0;
  #lastHeard = 0;
  #farewell = "";
  #wasThere = false;

  constructor(
    private readonly url: URL,
    private readonly heard: Heard,
  ) {}

  /** Whether it signs in by itself. */
  get isReturning(): boolean {
    return this.#credentials !== undefined;
  }

  /** Also when the next attempt is not due yet. */
  connect(): void {
    if (this.standing === "open" || this.standing === "in") return;
    window.clearTimeout(this.#retry);
    this.#drop();
    this.#stand("connecting");
    this.#farewell = "";
    const socket = (this.#socket = new WebSocket(this.url));
    const isCurrent = () => socket === this.#socket;
    this.#lastHeard = performance.now();
    this.#pinging = window.setInterval(() => this.#look(), PING_MS);
    socket.addEventListener("message", ({ data }) => isCurrent() && this.#receive(data));
    socket.addEventListener("close", ({ code }) => isCurrent() && this.#closed(code));
  }

  /** @throws Refused */
  async enter(how: "login" | "register", credentials: Credentials, invite: string): Promise<void> {
    await this.ask(how, { ...credentials, ...(how === "register" && invite && { invite }) });
    this.#credentials = credentials;
  }

  /** @throws Refused what the server says, or that it said nothing. */
  ask(cmd: string, fields: object = {}): Promise<Frame> {
    const listener = String(++this.#asked);
    return new Promise((done, failed) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) return failed(new Refused("The server is not connected."));
      const timer = window.setTimeout(() => {
        this.#waiting.delete(listener);
        failed(new Refused("The server does not answer."));
      }, ANSWER_MS);
      this.#waiting.set(listener, { done, failed, timer });
      this.#socket.send(JSON.stringify({ cmd, ...fields, listener }));
    });
  }

  /** Signs out. */
  leave(): void {
    this.#credentials = undefined;
    this.#stand("connecting");
    this.connect();
  }

  /** The network or the page is back: what was lost is noticed now. */
  wake(): void {
    if (this.standing === "away") return this.connect();
    if (this.standing !== "in") return;
    this.ask("ping").catch(() => this.standing === "in" && this.#closed(0));
  }

  #receive(data: unknown): void {
    const frame = frameIn(data);
    this.#lastHeard = performance.now();
    if (!frame) return;
    const { cmd, listener } = frame;
    if (cmd === "disconnect") this.#farewell = text(frame["reason"]) || "The server ended the connection.";
    this.heard.frame(frame);
    if (cmd === "handshake") {
      this.#wasThere = true;
      void this.#greeted();
    }
    if (cmd === "ready") {
      this.#attempt = 0;
      this.#stand("in");
    }
    const waiting = typeof listener === "string" && cmd !== "rate_limit" ? this.#waiting.get(listener) : undefined;
    if (!waiting) return;
    this.#waiting.delete(listener as string);
    window.clearTimeout(waiting.timer);
    if (cmd === "error" || cmd === "auth_error") waiting.failed(new Refused(text(frame["val"])));
    else waiting.done(frame);
  }

  async #greeted(): Promise<void> {
    if (!this.#credentials) {
      this.#attempt = 0;
      return this.#stand("open");
    }
    try {
      await this.ask("login", this.#credentials);
    } catch (why) {
      const { message } = why as Error;
      if (this.#socket?.readyState !== WebSocket.OPEN) return;
      // A restart brings everybody back at once: whoever is asked to wait does.
      if (/rate limited|try again/i.test(message)) return this.#closed(0);
      this.#credentials = undefined;
      this.#stand("open", message);
    }
  }

  #look(): void {
    if (performance.now() - this.#lastHeard > QUIET_MS) this.#closed(0);
    else if (this.standing === "in") this.ask("ping").catch(() => {});
  }

  #closed(code: number): void {
    const reason = this.#farewell;
    this.#drop();
    if (reason && code !== SERVICE_RESTART) {
      this.#credentials = undefined;
      return this.#stand("out", reason);
    }
    const wait = waitBefore(this.#attempt++, chance());
    this.#retry = window.setTimeout(() => this.connect(), wait);
    const what = this.#wasThere ? "The connection is lost." : "The server cannot be reached.";
    this.#stand("away", `${what} Trying again in ${Math.ceil(wait / 1000)} s.`);
  }

  #drop(): void {
    window.clearInterval(this.#pinging);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { timer, failed } of left) {
      window.clearTimeout(timer);
      failed(new Refused("The connection was lost."));
    }
  }

  #stand(standing: Standing, why = ""): void {
    this.standing = standing;
    this.heard.standing(standing, why);
  }
}
