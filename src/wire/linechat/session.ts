import { subscriberOf } from "../../net/address.ts";
import { closeSession, openSession } from "../../domain/presence/open-session.ts";
import { beginAttendance, endAttendance, leaveChannel } from "../../domain/attendance/attend.ts";
import { leaveAsGuest } from "../../domain/guests/leave-as-guest.ts";
import type { Speaker } from "../../domain/users/user.ts";
import { UNPROMPTED } from "../../kernel/kernel.ts";
import type { Actor } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import type { Session } from "../wire.ts";
import type { LineChat } from "./index.ts";
import { Lines, LONGEST_LINE } from "./lines.ts";
import type { Printed } from "./printed.ts";
import { type Said, serverRow } from "./said.ts";
import { addToScreen, closeScreen, NORMAL, openScreen, readyToType, RED, type Screen, screenFor } from "./screen.ts";
import { ASK_SIZE, HIDE_TYPING, SHOW_TYPING, SPEAK_BINARY, Telnet } from "./telnet.ts";
import { beginning } from "./text.ts";
import { Waiting } from "./waiting.ts";

/** The transport under a session. */
export interface Link {
  readonly address: string;
  send(bytes: Uint8Array): void;
  /** Stops reading; `resume` goes on. */
  pause(): void;
  resume(): void;
  /** Closes after what was sent. */
  end(): void;
}

/** Where somebody sits: a channel, or a line with one other person. */
export interface Seat {
  readonly kind: "room" | "dm";
  /** Of the channel, or of the other. */
  readonly id: string;
  name: string;
}

/** Lines that one connection may send: more are dropped, and it is told so once. */
const LINE_PACE = { burst: 40, perMinute: 240 };
/** How long somebody may take to say who they are. */
const SIGN_IN_MS = 120_000;
const WINDOW = { columns: 80, rows: 24 };
const ENCODER = new TextEncoder();

/** One connection: what it sends as lines, what it is shown, and where it sits. */
export class LineSession implements Session {
  readonly id: string;
  #actor: Actor;
  #guest = false;
  seat: Seat | undefined;
  /** Set while the chat view is open; messages that come while its history is fetched wait in it. */
  #view: "closed" | "open" | Printed[] = "closed";
  /** What stands in the view, to draw it anew. */
  #rows: string[] = [];
  bell = false;
  #plain: boolean | undefined;
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
  #unsent: Uint8Array[] = [];
  #stopSignIn: () => void;

  constructor(
    readonly chat: LineChat,
    readonly link: Link,
  ) {
    this.id = chat.kernel.world.id();
    this.#actor = {
      kind: "anonymous",
      id: subscriberOf(link.address),
      name: "",
      community: chat.community.id,
      address: link.address,
    };
    this.#waiting = new Waiting(link);
    this.#lines = new Lines((line) => this.#take(line));
    this.#input = new Telnet({
      text: (bytes) => this.#lines.feed(bytes),
      negotiated: () => this.#negotiated(),
      size: (columns, rows) => this.#resized(columns, rows),
      answer: (bytes) => this.#put(bytes),
    });
    // A program that knows no telnet shows the question as two odd characters; what follows begins in their place.
    this.#put(ASK_SIZE);
    this.write("\r");
    this.#stopSignIn = chat.timers.after(SIGN_IN_MS, () => this.#leave("You have not said who you are. Goodbye!"));
  }

  get actor(): Actor {
    return this.#actor;
  }
  get isGuest(): boolean {
    return this.#guest;
  }
  get ended(): boolean {
    return this.#ended;
  }
  get viewing(): boolean {
    return this.#view !== "closed";
  }
  /** The client has shown that it knows telnet. */
  get telnet(): boolean {
    return this.#telnet;
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
  idle(): void {
    this.#leave(`Nothing was heard for ${this.chat.settings.idle_minutes} minutes. Goodbye!`);
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
    if (!this.#telnet) return this.next(`${prompt.trimEnd()} (it will be seen as you type it) `);
    this.#put(HIDE_TYPING);
    const line = await this.next(prompt);
    this.#put(SHOW_TYPING);
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
    if (text !== "") this.#put(ENCODER.encode(text));
  }
  line(text: string): void {
    this.write(`${text}\r\n`);
  }
  #put(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#unsent.push(bytes);
    this.chat.sendSoon(this);
  }
  takeUnsent(): readonly Uint8Array[] {
    const pieces = this.#unsent;
    this.#unsent = [];
    return pieces;
  }

  /** The server's word, wherever the reader is. */
  word(text: string): void {
    this.#tell(serverRow(text, this.chat.settings.username_limit), RED);
  }
  /** Something that does not belong to what is shown now. */
  notice(text: string): void {
    this.#tell(text, "");
  }
  #tell(text: string, look: string): void {
    const { screen } = this;
    if (this.viewing && screen) return this.write(addToScreen(screen, [text], look));
    const shown = screen && look ? `${look}${text}${NORMAL}` : text;
    if (this.#waiting.awaited && this.#prompt) this.write(`\r\n${shown}\r\n${this.#prompt}`);
    else this.line(shown);
  }

  send(frame: string): void {
    this.hear(this.chat.printed(JSON.parse(frame) as Said));
  }
  hear(printed: Printed): void {
    const { said } = printed;
    const me = this.#actor.id;
    switch (said.kind) {
      case "word":
        return this.word(said.text);
      case "note":
        if (this.#sitsIn("room", said.channel)) this.#show(printed, false);
        return;
      case "elsewhere":
        if (this.seat?.kind === "room") this.#show(printed, false);
        return;
      case "renamed":
        if (!this.#sitsIn("room", said.channel)) return;
        this.seat!.name = said.name;
        return this.#show(printed, false);
      case "message": {
        const called = said.calls.includes(me);
        if (this.viewing && this.#sitsIn("room", said.channel)) this.#show(printed, called);
        else if (called) this.notice(`${this.#ring}* ${said.author} in ${said.room}: ${beginning(said.rows.join(" "), 200)}`);
        return;
      }
      case "direct": {
        const other = said.from.id === me ? said.to : said.from;
        if (this.viewing && this.#sitsIn("dm", other.id)) this.#show(printed, false);
        else if (said.from.id !== me)
          this.notice(
            `${this.#ring}* DM from ${said.from.name}: ${beginning(said.rows.join(" "), 400)} (answer with :dm ${said.from.name})`,
          );
      }
    }
  }
  get #ring(): string {
    return this.bell ? "\x07" : "";
  }
  #sitsIn(kind: Seat["kind"], id: string): boolean {
    return this.seat?.kind === kind && this.seat.id === id;
  }
  #show(printed: Printed, called: boolean): void {
    if (Array.isArray(this.#view)) this.#view.push(printed);
    else if (this.#view === "open") {
      const { screen } = this;
      this.#put(printed.in({ screen, called, bell: this.bell }));
      if (screen) this.#keep(printed.rows);
    }
  }
  #keep(rows: readonly string[]): void {
    this.#rows.push(...rows);
    const most = this.chat.settings.view_lines;
    if (this.#rows.length > 2 * most) this.#rows = this.#rows.slice(-most);
  }
  #draw(): void {
    const { screen, seat } = this;
    if (screen && seat) this.write(openScreen(screen, `${seat.kind}/${seat.name}`, this.#rows));
  }

  // The chat view.

  /** From here on messages are kept for the view. */
  awaitView(): void {
    this.#view = [];
  }
  /**
   * @param history the rows it begins with.
   * @param shown ids of the messages in them.
   */
  openView(history: readonly string[], shown: ReadonlySet<string>): void {
    this.#rows = [...history];
    if (this.screen) this.#draw();
    else for (const row of history) this.line(row);
    const late = Array.isArray(this.#view) ? this.#view : [];
    this.#view = "open";
    for (const printed of late) if (!(printed.said.kind === "message" && shown.has(printed.said.id))) this.hear(printed);
  }
  /** @returns whether it was open. */
  leaveView(): boolean {
    if (this.#view === "closed") return false;
    this.#view = "closed";
    this.#rows = [];
    if (this.screen) this.write(closeScreen);
    return true;
  }
  /** After a line typed in the view. */
  typed(): void {
    const { screen } = this;
    if (screen) this.write(readyToType(screen));
  }

  /** A channel is heard no more: it is gone, or may not be viewed any longer. */
  lost(topic: string): void {
    const { seat } = this;
    if (!seat || !this.#sitsIn("room", topic.slice("c:".length))) return;
    this.seat = undefined;
    this.chat.kernel
      .invoke(leaveChannel, this.#actor, {}, UNPROMPTED)
      .catch((error: unknown) => this.chat.log.error("connection.failed", { error }));
    // Whoever is on the way out hears of it in other words.
    queueMicrotask(() => {
      if (this.#ended) return;
      this.leaveView();
      this.#prompt &&= "> ";
      this.word(`The room '${seat.name}' is not there for you any more.`);
    });
  }

  // Coming and going.

  async becomes(user: Speaker, by: { readonly credential: number } | "guest"): Promise<void> {
    const guest = by === "guest";
    await this.#signOut();
    const actor: Actor = { ...this.#actor, kind: "user", id: user.id, name: user.name, session: this.id };
    this.#actor = actor;
    this.#guest = guest;
    const { kernel, hub, wire } = this.chat;
    try {
      if (!this.#ended) await hub.listen(this, wire);
      if (!this.#ended) await kernel.invoke(openSession, actor, guest ? {} : by, UNPROMPTED);
      if (!this.#ended) await kernel.invoke(beginAttendance, actor, {}, UNPROMPTED);
    } catch (why) {
      await this.#signOut();
      throw why;
    }
    this.#stopSignIn();
    // Gone in the middle of it: whatever was done in between is undone.
    if (this.#ended) await this.#undo(actor, guest);
  }
  async #signOut(): Promise<void> {
    const was = this.#actor;
    if (was.kind !== "user") return;
    const guest = this.#guest;
    const { hub, community } = this.chat;
    this.seat = undefined;
    this.#guest = false;
    // The hub knows the session by its actor.
    hub.forget(this);
    this.#actor = {
      kind: "anonymous",
      id: subscriberOf(this.link.address),
      name: "",
      community: community.id,
      address: this.link.address,
    };
    await this.#undo(was, guest);
  }
  async #undo(was: Actor, guest: boolean): Promise<void> {
    const { kernel } = this.chat;
    await kernel.invoke(endAttendance, was, {}, UNPROMPTED);
    await kernel.invoke(closeSession, was, {}, UNPROMPTED);
    if (guest) await kernel.invoke(leaveAsGuest, was, {}, UNPROMPTED);
  }

  #leave(text: string): void {
    if (this.#ended) return;
    this.leaveView();
    this.word(text);
    this.end();
  }
  /** Closes after what was sent. */
  end(): void {
    if (this.#ended) return;
    const rest = this.takeUnsent();
    if (rest.length) this.link.send(Buffer.concat(rest));
    this.#over();
    this.link.end();
  }
  /** The connection is gone. */
  async closed(): Promise<void> {
    this.#over();
    await this.#signOut();
  }
  #over(): void {
    this.#ended = true;
    this.#stopSignIn();
    this.#waiting.stop();
    this.#unsent = [];
    this.#sleeping?.();
    this.#rest();
  }

  #negotiated(): void {
    if (this.#telnet) return;
    this.#telnet = true;
    for (const request of SPEAK_BINARY) this.#put(request);
    if (this.#view === "open") this.#draw();
  }
  #resized(columns: number, rows: number): void {
    // Zero is what a client says that does not know.
    this.#window = { columns: Math.min(columns || WINDOW.columns, 1000), rows: Math.min(rows || WINDOW.rows, 500) };
    if (this.#view === "open") this.#draw();
  }
}
