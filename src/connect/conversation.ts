import type { Timers } from "../kernel/clock.ts";
import type { Bell } from "./bell.ts";
import { obey } from "./commands.ts";
import { Finding } from "./finding.ts";
import { DirectMessage, type Frame } from "./frames.ts";
import { History } from "./history.ts";
import { type Credentials, Link } from "./link.ts";
import { Refused, said } from "./refused.ts";
import { directKey, keyOf, placeOf, type Room, threadsOf, titleOf } from "./rooms.ts";
import { type ChatState, isSeen, NOBODY_YET, roomOf } from "./state.ts";
import { chatAfter, type ChatInput } from "./store.ts";

/** Others are told of typing this often at most. */
const TYPING_MS = 3000;
const READ_MS = 1000;
/** What nobody asked for by hand: that it was refused is not told. */
const UNASKED = new Set(["typing", "unreads_ack"]);

export interface ConversationOptions {
  readonly url: string;
  readonly credentials: Credentials;
  readonly timers: Timers;
  readonly now: () => number;
  /** A name for each message, so that none is posted twice. */
  readonly nonce: () => string;
  /** The room to begin with; else the first. */
  readonly room?: string | undefined;
  /** One of several that nobody looks at yet. */
  readonly behind?: boolean;
  /** Keeps trying also where the server was never reached. */
  readonly patient?: boolean;
  /** Rings where somebody calls and nobody looks. */
  readonly bell?: Bell | undefined;
  /** What encrypted connections are checked against beside names: PEM; else the system's authorities. */
  readonly ca?: string | undefined;
  readonly socket?: ((url: string) => WebSocket) | undefined;
}

/** Somebody at a terminal and a server: what they see, and what they can do. */
export class Conversation {
  #state: ChatState;
  #toldTypingAt = -Infinity;
  #token: string | undefined;
  /** The rooms of which the server is about to be told that they were read. */
  readonly #reading = new Set<string>();
  /** Whether the server has direct messages. */
  #directs = false;
  readonly #ready = Promise.withResolvers<void>();
  readonly #hearing = new Set<(input: ChatInput) => void>();
  readonly #link: Link;
  readonly #history: History;
  readonly finding: Finding;

  constructor(readonly of: ConversationOptions) {
    this.#state = { ...NOBODY_YET, front: !of.behind };
    this.#history = new History({
      ask: (frame) => this.ask(frame),
      put: (page) => this.#put({ type: "page", ...page }),
    });
    this.finding = new Finding({
      state: this.state,
      history: this.#history,
      put: (input) => this.#put(input),
      read: (room) => this.#read(room),
    });
    this.#link = new Link({
      url: of.url,
      credentials: of.credentials,
      timers: of.timers,
      patient: of.patient === true,
      socket: of.socket ?? ((url) => new WebSocket(url, (of.ca === undefined ? {} : { tls: { ca: of.ca } }) as never)),
      hear: (frame) => this.#heard(frame),
      news: (news) => {
        this.#put({ type: "link", news, at: of.now() });
        if (news.is === "open")
          void this.#begin(news.again)
            .catch((why: unknown) => this.#complain(why))
            .finally(this.#ready.resolve);
      },
    });
  }

  readonly state = (): ChatState => this.#state;
  /** Hears of every change after it was made; returns the undo. */
  readonly subscribe = (hear: (input: ChatInput) => void): (() => void) => {
    this.#hearing.add(hear);
    return () => void this.#hearing.delete(hear);
  };
  /** When the first room is there, or it is known that there is none. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }
  start(): void {
    this.#link.connect();
  }
  /** Tries the password that was waited for. */
  signIn(password: string): void {
    this.#link.signIn(password);
  }
  /** Tries at once to reach a server that is waited for. */
  hurry(): void {
    this.#link.hurry();
  }
  close(): void {
    this.#link.close();
  }

  /** The room that is looked at, undefined while there is none. */
  get room(): Room | undefined {
    return roomOf(this.#state, this.#state.room);
  }
  /** How frames name a room that can be spoken in. @throws {Refused} */
  placeIn(room: Room | undefined = this.room): { channel: string; thread_id?: string } {
    if (!room) throw new Refused("There is no room here.");
    if (room.kind === "direct") throw new Refused("Here messages can only be said: nothing of them is kept.");
    if (room.kind === "forum") throw new Refused(`#${room.name} has threads: :open one of them, or begin one with :thread.`);
    return placeOf(room);
  }
  /** What opens uploads while this session lives. */
  get token(): string | undefined {
    return this.#token;
  }
  notice(text: string, good = true): void {
    this.#put({ type: "notice", text, good });
  }
  /** Gives messages, in a forum threads, the numbers `%1`, `%2`, … in this order. */
  mark(ids: readonly string[]): void {
    this.#put({ type: "mark", ids });
  }
  select(id: string | undefined): void {
    this.#put({ type: "select", id });
  }
  /** @throws {Refused} */
  ask(frame: Frame): Promise<Frame> {
    return this.#link.ask(frame);
  }

  /** Looks at a room, by its key; its newest page comes when it was not looked at before. */
  async enter(key: string): Promise<void> {
    const room = roomOf(this.#state, key);
    if (!room) throw new Refused("There is no such room.");
    this.#put({ type: "enter", room: key });
    await this.#looked(room);
  }
  /** Whether somebody looks at this server now. */
  face(front: boolean): void {
    if (front === this.#state.front) return;
    this.#put({ type: "front", front });
    const { room } = this;
    if (front && room) void this.#looked(room).catch((why: unknown) => this.#complain(why));
  }

  /** Whether somebody is at another window. */
  leave(away: boolean): void {
    const { room } = this;
    const unread = room?.unread;
    this.#put({ type: "away", away });
    if (unread && isSeen(this.#state, room.key)) this.#read(room);
  }

  /** The page before the oldest message. */
  async older(): Promise<void> {
    if (this.room) await this.#history.older(this.room);
  }
  /** The page after the newest message that is kept. */
  async newer(): Promise<void> {
    if (!this.room || this.room.upToDate) return;
    await this.#history.newer(this.room);
    if (isSeen(this.#state, this.room.key)) this.#read(this.room);
  }
  /** Goes on with what is being said now, where older messages have taken its place. */
  async latest(): Promise<void> {
    if (this.room && !this.room.upToDate) await this.#history.newest(this.room);
  }

  /** What was typed: a message, `:command` of this client, or `/command` of the server. Gives what stood in the way, after telling it. */
  say(line: string): Promise<Error | undefined> {
    return this.attempt(() => obey(this, line));
  }
  /** Does something; what stands in the way is told, and given. */
  async attempt(act: () => Promise<void>): Promise<Error | undefined> {
    try {
      await act();
      return undefined;
    } catch (why) {
      this.#complain(why);
      return why as Error;
    }
  }
  /** When so much time has passed. */
  after(ms: number): Promise<void> {
    return new Promise((passed) => this.of.timers.after(ms, passed));
  }
  async post(content: string, more: object = {}, room: Room | undefined = this.room): Promise<void> {
    if (room?.kind === "direct") return void (await this.tell(room.other!, content));
    const place = this.placeIn(room);
    // Who speaks in a thread hears of it afterwards.
    if (room?.thread && !room.thread.mine) await this.ask({ cmd: "thread_join", thread_id: room.thread.id });
    await this.ask({ cmd: "message_new", ...place, content, nonce: this.of.nonce(), ...more });
  }
  /** Says something to one other person; gives the key of the conversation with them. */
  async tell(user: string, content: string): Promise<string> {
    const { to } = DirectMessage.parse(await this.ask({ cmd: "direct_message_new", user, content }));
    return directKey(to);
  }
  typing(): void {
    const at = this.of.now();
    const { room } = this;
    if (at - this.#toldTypingAt < TYPING_MS || !room || room.kind === "forum" || room.kind === "direct") return;
    this.#toldTypingAt = at;
    this.#link.tell({ cmd: "typing", ...placeOf(room) });
  }

  async #looked(room: Room): Promise<void> {
    if (room.kind === "direct") return;
    if (room.kind === "forum")
      this.mark(
        threadsOf(this.#state.rooms, room.name)
          .map(({ key }) => key)
          .toReversed(),
      );
    else if (room.loaded && room.upToDate) this.#link.tell({ cmd: "unreads_ack", ...placeOf(room) });
    else await this.#history.newest(room);
  }

  /** After signing in: what there is; after a break also what was missed. */
  async #begin(again: boolean): Promise<void> {
    await this.ask({ cmd: "channels_get" });
    if (this.#directs) this.#link.tell({ cmd: "direct_messages_on" });
    const asked = Promise.allSettled(["unreads_get", "users_list", "slash_list"].map((cmd) => this.ask({ cmd })));
    const { room } = this;
    if (!again && this.#state.front) await this.#enterFirst();
    // Who reads what was said long ago misses nothing.
    else if (room?.loaded && room.kind !== "direct") await (room.upToDate && this.#history.fillGap(room));
    else if (room && this.#state.front) await this.#looked(room);
    for (const answer of await asked) if (answer.status === "rejected") this.#complain(answer.reason);
  }

  async #enterFirst(): Promise<void> {
    const wanted = this.of.room?.replace(/^#/, "");
    const room = this.#state.rooms.find(({ name }) => name === wanted) ?? this.room;
    if (wanted !== undefined && room?.name !== wanted) this.notice(`There is no room called ${wanted}.`, false);
    if (room) await this.enter(room.key);
    else this.notice("There is no room here that you may read.", false);
  }

  #heard(frame: Frame): void {
    const before = this.#state.room;
    if (frame.cmd === "handshake") this.#directs = [frame["val"]?.["capabilities"]].flat().includes("direct_messages_on");
    try {
      this.#put({ type: "frame", frame, at: this.of.now() });
    } catch {
      this.notice(`The server sent a ${frame.cmd.slice(0, 50)} that cannot be read.`, false);
      return;
    }
    if (frame.cmd === "ready" && typeof frame["validator"] === "string") this.#token = frame["validator"];
    if (frame.cmd === "error" && frame["listener"] === undefined && !UNASKED.has(frame["src"]))
      this.notice(`${said(frame)}.`, false);
    const { room, front, me } = this.#state;
    if (before && before !== room && front) void this.#moved();
    if (frame.cmd !== "message_new" || frame["message"]?.user === me) return;
    if (this.room && isSeen(this.#state, keyOf(frame as never))) this.#read(this.room);
  }
  /** Tells the server that a room was read, also on other machines; once for all that came in a second. */
  #read(room: Room): void {
    if (this.#reading.has(room.key) || room.kind === "forum" || room.kind === "direct") return;
    this.#reading.add(room.key);
    this.of.timers.after(READ_MS, () => {
      this.#reading.delete(room.key);
      this.#link.tell({ cmd: "unreads_ack", ...placeOf(room) });
    });
  }
  /** The room that was looked at is gone. */
  async #moved(): Promise<void> {
    const { room } = this;
    if (!room) return this.notice("There is no room left here that you may read.", false);
    await this.attempt(() => this.enter(room.key));
    this.notice(`The room you were in is gone. You are in ${titleOf(room)}.`, false);
  }

  #complain(why: unknown): void {
    this.notice(why instanceof Error && why.name !== "ZodError" ? why.message : "The server's answer cannot be read.", false);
  }
  #put(input: ChatInput): void {
    const { calls } = this.#state;
    this.#state = chatAfter(this.#state, input);
    if (this.#state.calls > calls) this.of.bell?.called();
    for (const hear of this.#hearing) hear(input);
  }
}
