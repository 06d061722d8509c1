import { plain } from "../cli/table.ts";
import type { Timers } from "../kernel/clock.ts";
import type { Frame } from "./frames.ts";
import { type Cause, cause, Refused, said } from "./refused.ts";

export interface Credentials {
  readonly name: string;
  /** Without one nothing is tried until `signIn` brings it. */
  readonly password?: string | undefined;
  /** Makes the account at the first connection. */
  readonly register: boolean;
}

/** What becomes of the connection. */
export type LinkNews =
  /** Nothing is tried before somebody has given the password. */
  | { readonly is: "locked" }
  | { readonly is: "connecting" }
  /** Signed in, for the first time or again. */
  | { readonly is: "open"; readonly again: boolean }
  /** Tried again after so many milliseconds. `why` is a sentence; what is `lasting` waiting will hardly mend. */
  | { readonly is: "lost"; readonly why: string; readonly retryMs: number; readonly lasting: boolean }
  /** For good: the server will not have these credentials, or there is none. */
  | { readonly is: "refused"; readonly why: string; readonly reached: boolean };

const ANSWER_MS = 15_000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
/** The server speaks every 30 s (reference/originchats.md §1.3): this long without a word it is gone. */
const SILENCE_MS = 75_000;
/** Characters of one frame; a page of two hundred of the longest messages has fewer. */
const LONGEST_FRAME = 8_000_000;

interface Waiting {
  readonly answer: (frame: Frame) => void;
  readonly fail: (why: Error) => void;
  readonly cancel: () => void;
}

/** One server, signed in again whenever the connection breaks, until `close`. */
export class Link {
  #socket: WebSocket | undefined;
  #open = false;
  #closed = false;
  #tries = 0;
  #asked = 0;
  #everOpen = false;
  #cancelRetry: (() => void) | undefined;
  #cancelSilence = () => {};
  #credentials: Credentials;
  readonly #waiting = new Map<string, Waiting>();

  constructor(
    private readonly of: {
      readonly url: string;
      readonly credentials: Credentials;
      readonly timers: Timers;
      /** Also tries again where it was never reached; else that is the end. */
      readonly patient: boolean;
      readonly socket?: (url: string) => WebSocket;
      /** Frames as they come, answers included. */
      readonly hear: (frame: Frame) => void;
      readonly news: (news: LinkNews) => void;
    },
  ) {
    this.#credentials = of.credentials;
  }

  connect(): void {
    if (this.#credentials.password === undefined) return this.of.news({ is: "locked" });
    this.#cancelRetry = undefined;
    this.of.news({ is: "connecting" });
    const socket = (this.of.socket ?? ((url) => new WebSocket(url)))(this.of.url);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#socket === socket && this.#heard(String(data)));
    let broke: Cause = { why: "the connection broke", lasting: false };
    socket.addEventListener("error", (event) => void (broke = cause(event) ?? broke));
    socket.addEventListener("close", ({ code, reason }) => {
      if (this.#socket !== socket) return;
      if (code === 1006 && !reason) this.#lost(broke.why, broke.lasting);
      else this.#lost(plain(reason) || `it was closed (${code})`);
    });
    this.#listenForSilence();
  }
  /** Tries with this password from now on. */
  signIn(password: string): void {
    this.#credentials = { ...this.#credentials, password };
    this.#closed = false;
    this.connect();
  }
  /** Tries at once what is waited for. */
  hurry(): void {
    if (!this.#cancelRetry) return;
    this.#cancelRetry();
    this.connect();
  }
  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#cancelSilence();
    this.#fail("The connection was closed.");
    this.#socket?.close();
  }

  /** @throws {Refused} */
  ask(frame: Frame): Promise<Frame> {
    const { promise, resolve, reject } = Promise.withResolvers<Frame>();
    if (!this.#open) return Promise.reject(new Refused("There is no connection to the server at the moment."));
    const listener = `l${++this.#asked}`;
    const cancel = this.of.timers.after(ANSWER_MS, () => {
      this.#waiting.delete(listener);
      reject(new Refused("The server has not answered."));
    });
    this.#waiting.set(listener, { answer: resolve, fail: reject, cancel });
    this.#send({ ...frame, listener });
    return promise;
  }
  /** Without waiting for an answer; nothing happens while there is no connection. */
  tell(frame: Frame): void {
    if (this.#open) this.#send(frame);
  }

  #send(frame: Frame): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #heard(text: string): void {
    this.#listenForSilence();
    if (text.length > LONGEST_FRAME) return;
    const frame = parsed(text);
    if (!frame) return;
    if (!this.#open) this.#entering(frame);
    if (typeof frame["listener"] === "string") this.#answered(frame["listener"], frame);
    this.of.hear(frame);
  }

  /** Handshake, credentials, `ready` (reference/originchats.md §1.2, §1.7). */
  #entering(frame: Frame): void {
    const { name, password, register } = this.#credentials;
    if (frame.cmd === "handshake") this.#send({ cmd: register ? "register" : "login", username: name, password });
    else if (frame.cmd === "auth_error") {
      this.close();
      this.of.news({ is: "refused", why: `${said(frame)}.`, reached: true });
    } else if (frame.cmd === "ready") {
      this.#open = true;
      this.#tries = 0;
      this.#credentials = { name, password, register: false };
      const again = this.#everOpen;
      this.#everOpen = true;
      this.of.news({ is: "open", again });
    }
  }

  #answered(listener: string, frame: Frame): void {
    const waiting = this.#waiting.get(listener);
    if (!waiting) return;
    this.#waiting.delete(listener);
    waiting.cancel();
    if (frame.cmd === "error") waiting.fail(new Refused(`${said(frame)}.`));
    else if (frame.cmd === "rate_limit") {
      const waitMs = Math.max(0, Number(frame["length"]) || 0);
      waiting.fail(new Refused(`Too fast: wait ${Math.ceil(waitMs / 1000)} s.`, waitMs));
    } else waiting.answer(frame);
  }

  #lost(reason: string, lasting = false): void {
    this.#open = false;
    this.#socket = undefined;
    this.#cancelSilence();
    this.#fail("The connection broke before the server answered.");
    if (this.#closed) return;
    const why = this.#everOpen ? `The connection is lost: ${reason}.` : `No chat answers at ${this.of.url}: ${reason}.`;
    if (!this.#everOpen && !this.of.patient) {
      this.#closed = true;
      return this.of.news({ is: "refused", why, reached: false });
    }
    const retryMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#tries++, 10));
    this.of.news({ is: "lost", why, retryMs, lasting });
    this.#cancelRetry = this.of.timers.after(retryMs, () => this.connect());
  }
  #fail(why: string): void {
    for (const { fail, cancel } of this.#waiting.values()) {
      cancel();
      fail(new Refused(why));
    }
    this.#waiting.clear();
  }
  #listenForSilence(): void {
    this.#cancelSilence();
    this.#cancelSilence = this.of.timers.after(SILENCE_MS, () => {
      const socket = this.#socket;
      this.#lost("the server has fallen silent");
      socket?.close();
    });
  }
}

function parsed(text: string): Frame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && typeof (value as Frame).cmd === "string" ? (value as Frame) : undefined;
  } catch {
    return undefined;
  }
}
