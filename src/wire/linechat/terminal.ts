import { Refusal } from "../../kernel/refusal.ts";
import type { LineChat } from "./index.ts";
import { Lines, LONGEST_LINE } from "./lines.ts";
import { type Screen, screenFor } from "./screen.ts";
import { ASK_SIZE, HIDE_TYPING, SHOW_TYPING, SPEAK_BINARY, Telnet } from "./telnet.ts";
import { Waiting } from "./waiting.ts";

/** The transport under a terminal. */
export interface Link {
  readonly address: string;
  send(bytes: Uint8Array): void;
  /** Stops reading; `resume` goes on. */
  pause(): void;
  resume(): void;
  /** Closes after what was sent. */
  end(): void;
}

/** Lines that one connection may send: more are dropped, and it is told so once. */
const LINE_PACE = { burst: 40, perMinute: 240 };
const WINDOW = { columns: 80, rows: 24 };
const ENCODER = new TextEncoder();
/** To the beginning of the line, which is empty then. */
const OVER_AGAIN = "\r\x1b[K";

/** A connection as a terminal: what is typed there, as lines that are waited for one by one, and what is written there. */
export abstract class Terminal {
  readonly id: string;
  #plain: boolean | undefined;
  #asked = false;
  #telnet = false;
  #window = WINDOW;

  readonly #input: Telnet;
  readonly #lines: Lines;
  readonly #waiting: Waiting;
  #flooding = false;
  #ended = false;
  #sleeping: (() => void) | undefined;
  #resting: (() => void)[] = [];
  /** What stands before the cursor while a line is awaited. */
  #prompt = "";
  /** The same, while what is typed should not be seen. */
  #secret: string | undefined;
  #unsent: Uint8Array[] = [];

  constructor(
    readonly chat: LineChat,
    readonly link: Link,
  ) {
    this.id = chat.kernel.world.id();
    this.#waiting = new Waiting(link);
    this.#lines = new Lines((line) => this.#take(line));
    this.#input = new Telnet({
      text: (bytes) => this.#type(bytes),
      negotiated: () => this.#negotiated(),
      size: (columns, rows) => this.#resized(columns, rows),
      answer: (bytes) => this.put(bytes),
    });
  }

  /** The server's word, wherever the reader is. */
  abstract word(text: string): void;
  /** The size of the window is another, or known now. */
  protected abstract redraw(): void;

  get ended(): boolean {
    return this.#ended;
  }
  get plain(): boolean {
    return this.#plain ?? !this.#telnet;
  }
  get screen(): Screen | undefined {
    return this.plain ? undefined : screenFor(this.#window, this.chat.settings.view_lines);
  }
  choosePlain(plain: boolean): void {
    this.#plain = plain;
  }

  // What comes in.

  receive(piece: Uint8Array): void {
    if (!this.#ended) this.#input.feed(piece);
  }
  /** The other end will send no more. */
  finish(): void {
    this.#lines.finish();
    this.#waiting.finish();
  }

  #type(bytes: Uint8Array): void {
    this.#lines.feed(bytes);
    if (this.#lines.endAsInTelnet) this.#ask();
  }
  #take(line: string | undefined): void {
    if (this.#ended) return;
    if (line === undefined) return this.word(`That line is too long: it may have ${LONGEST_LINE} bytes.`);
    if (this.chat.kernel.world.settings.rate_limiting.enabled && !this.#inPace()) return;
    this.#waiting.push(line);
  }
  #inPace(): boolean {
    try {
      this.chat.kernel.world.pace.take(`line ${this.id}`, LINE_PACE, "line");
      this.#flooding = false;
    } catch (why) {
      if (!(why instanceof Refusal)) throw why;
      if (!this.#flooding) this.word("You are too fast. What you send now is dropped; please wait a moment.");
      this.#flooding = true;
    }
    return !this.#flooding;
  }

  /** The next line, after showing what it is awaited with; undefined when no more will come. */
  async next(prompt: string): Promise<string | undefined> {
    if (this.#ended) return undefined;
    this.write(prompt);
    const line = await this.#waiting.next(() => {
      this.#prompt = prompt;
      this.#rest();
    });
    this.#prompt = "";
    // A telnet client in binary mode echoes the end of a line without going back to its beginning.
    if (this.#telnet) this.write("\r");
    return line;
  }
  /** The same, for what nobody should see; a client that knows no telnet shows what is typed all the same. */
  async nextHidden(prompt: string): Promise<string | undefined> {
    this.#secret = prompt;
    if (this.#telnet) this.put(HIDE_TYPING);
    const line = await this.next(this.#telnet ? prompt : `${prompt.trimEnd()} (it will be seen as you type it) `);
    this.#secret = undefined;
    if (!this.#telnet) return line;
    this.put(SHOW_TYPING);
    this.write("\r\n");
    return line;
  }
  async sleep(ms: number): Promise<void> {
    if (this.#ended) return;
    await new Promise<void>((resolve) => {
      const stop = this.chat.timers.after(ms, resolve);
      this.#sleeping = () => {
        stop();
        resolve();
      };
      this.#rest();
    });
    this.#sleeping = undefined;
  }
  /** Resolves when everything that was sent is answered. */
  async settled(): Promise<void> {
    while (!this.#ended && !this.#waiting.awaited && !this.#sleeping) await new Promise<void>((go) => this.#resting.push(go));
  }
  #rest(): void {
    queueMicrotask(() => {
      for (const go of this.#resting.splice(0)) go();
    });
  }

  // What goes out.

  write(text: string): void {
    if (text !== "") this.put(ENCODER.encode(text));
  }
  line(text: string): void {
    this.write(`${text}\r\n`);
  }
  /** Something that does not belong to what is written now: on a line of its own, and what is awaited is asked for again. */
  interrupt(text: string): void {
    if (this.#waiting.awaited && this.#prompt) this.write(`\r\n${text}\r\n${this.#prompt}`);
    else this.line(text);
  }
  /** Asks with other words for the line that is awaited, if it is asked for with any; they are seen when it is asked again. */
  protected askWith(prompt: string): void {
    this.#prompt &&= prompt;
  }
  put(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#unsent.push(bytes);
    this.chat.sendSoon(this);
  }
  takeUnsent(): readonly Uint8Array[] {
    const pieces = this.#unsent;
    this.#unsent = [];
    return pieces;
  }

  /** Closes after what was sent. */
  end(): void {
    if (this.#ended) return;
    const rest = this.takeUnsent();
    if (rest.length) this.link.send(Buffer.concat(rest));
    this.over();
    this.link.end();
  }
  /** Nothing comes in or goes out any more. */
  protected over(): void {
    this.#ended = true;
    this.#waiting.stop();
    this.#unsent = [];
    this.#sleeping?.();
    this.#rest();
  }

  // What the client can do.

  /** Whoever shows no sign of knowing telnet is not asked: the question would be two odd characters there. */
  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.put(ASK_SIZE);
    // Some end their lines like that and know no telnet: what follows begins in place of the characters.
    this.write("\r");
  }
  #negotiated(): void {
    if (this.#telnet) return;
    this.#ask();
    this.#telnet = true;
    for (const request of SPEAK_BINARY) this.put(request);
    if (this.#secret !== undefined) {
      this.#prompt = this.#secret;
      this.put(HIDE_TYPING);
      this.write(OVER_AGAIN + this.#secret);
    }
    this.redraw();
  }
  #resized(columns: number, rows: number): void {
    // Zero is what a client says that does not know.
    this.#window = { columns: Math.min(columns || WINDOW.columns, 1000), rows: Math.min(rows || WINDOW.rows, 500) };
    this.redraw();
  }
}
