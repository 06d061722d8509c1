/** Telnet's command bytes (RFC 854) and the options that are spoken of here (RFC 856, 857, 1073). */
export const IAC = 255;
const DONT = 254;
const DO = 253;
const WONT = 252;
const WILL = 251;
const SB = 250;
const SE = 240;
export const BINARY = 0;
export const ECHO = 1;
const NAWS = 31;

const command = (verb: number, option: number): Uint8Array => Uint8Array.of(IAC, verb, option);

/** Whoever answers this is a telnet client; it asks for the size of the window. */
export const ASK_SIZE = command(DO, NAWS);
export const SPEAK_BINARY: readonly Uint8Array[] = [command(WILL, BINARY), command(DO, BINARY)];
/** The client shows nothing of what is typed, believing that the server does. */
export const HIDE_TYPING = command(WILL, ECHO);
export const SHOW_TYPING = command(WONT, ECHO);

export interface TelnetEvents {
  /** What is no negotiation. */
  text(bytes: Uint8Array): void;
  /** The client spoke telnet. */
  negotiated(): void;
  /** Columns and rows of the window. */
  size(columns: number, rows: number): void;
  /** What has to be sent back. */
  answer(bytes: Uint8Array): void;
}

/** Bytes of a subnegotiation that are kept; of a longer one the rest is dropped. */
const MOST_SUB = 32;

/** Takes telnet's negotiation out of a stream of bytes, however it is cut into pieces. */
export class Telnet {
  #state: "text" | "iac" | "option" | "sub" | "sub-iac" = "text";
  #verb = 0;
  #sub: number[] = [];
  /** Requests answered already; saying no twice could go on for ever. */
  readonly #answered = new Set<number>();
  constructor(private readonly hear: TelnetEvents) {}

  feed(piece: Uint8Array): void {
    if (this.#state === "text" && !piece.includes(IAC)) return this.hear.text(piece);
    let from = 0;
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at]!;
      if (this.#state === "text") {
        if (byte !== IAC) continue;
        if (at > from) this.hear.text(piece.subarray(from, at));
        this.#state = "iac";
      } else {
        this.#take(byte);
        from = at + 1;
      }
    }
    if (this.#state === "text" && from < piece.length) this.hear.text(piece.subarray(from));
  }

  #take(byte: number): void {
    switch (this.#state) {
      case "iac":
        this.#state = "text";
        if (byte === IAC) this.hear.text(Uint8Array.of(IAC));
        else if (byte >= WILL && byte <= DONT) {
          this.#verb = byte;
          this.#state = "option";
        } else if (byte === SB) {
          this.#sub = [];
          this.#state = "sub";
        }
        return;
      case "option":
        this.#state = "text";
        return this.#negotiate(this.#verb, byte);
      case "sub":
        if (byte === IAC) this.#state = "sub-iac";
        else if (this.#sub.length < MOST_SUB) this.#sub.push(byte);
        return;
      case "sub-iac":
        if (byte === SE) {
          this.#state = "text";
          this.#subnegotiated();
        } else {
          this.#state = "sub";
          if (byte === IAC && this.#sub.length < MOST_SUB) this.#sub.push(IAC);
        }
        return;
    }
  }

  #negotiate(verb: number, option: number): void {
    this.hear.negotiated();
    const offered = verb === WILL && option !== NAWS && option !== BINARY;
    const wanted = verb === DO && option !== ECHO && option !== BINARY;
    const key = verb * 256 + option;
    if (!(offered || wanted) || this.#answered.has(key)) return;
    this.#answered.add(key);
    this.hear.answer(command(offered ? DONT : WONT, option));
  }

  #subnegotiated(): void {
    const [option, ...size] = this.#sub;
    if (option !== NAWS || size.length !== 4) return;
    const [w1, w0, h1, h0] = size as [number, number, number, number];
    this.hear.size(w1 * 256 + w0, h1 * 256 + h0);
  }
}
