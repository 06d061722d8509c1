import type { Timers } from "../kernel/clock.ts";
import { obey } from "./commands.ts";
import type { Frame, WireMessage } from "./frames.ts";
import { type Credentials, Link, Refused } from "./link.ts";
import { chatAfter, type ChatInput, type ChatState, NOBODY_YET, type Room, roomNamed } from "./store.ts";

const PAGE = 100;
/** The most that one answer has (reference/originchats.md §2.1). */
const LONGEST_PAGE = 200;
/** Pages that are fetched to close a gap; beyond them the room begins anew. */
const MOST_GAP_PAGES = 10;
/** Others are told of typing this often at most. */
const TYPING_MS = 3000;

export interface ConversationOptions {
  readonly url: string;
  readonly credentials: Credentials;
  readonly timers: Timers;
  readonly now: () => number;
  /** A name for each message, so that none is posted twice. */
  readonly nonce: () => string;
  /** The room to begin with; else the first. */
  readonly room?: string | undefined;
  readonly socket?: (url: string) => WebSocket;
}

/** Somebody at a terminal and a server: what they see, and what they can do. */
export class Conversation {
  #state: ChatState = NOBODY_YET;
  #toldTypingAt = -Infinity;
  readonly #ready = Promise.withResolvers<void>();
  readonly #hearing = new Set<(input: ChatInput) => void>();
  readonly #fetching = new Set<string>();
  readonly #link: Link;

  constructor(private readonly of: ConversationOptions) {
    this.#link = new Link({
      url: of.url,
      credentials: of.credentials,
      timers: of.timers,
      ...(of.socket && { socket: of.socket }),
      hear: (frame) => this.#heard(frame),
      news: (news) => {
        this.#put({ type: "link", news });
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
  close(): void {
    this.#link.close();
  }

  /** The room that is looked at, undefined while there is none. */
  get room(): Room | undefined {
    return roomNamed(this.#state, this.#state.room);
  }
  notice(text: string, good = true): void {
    this.#put({ type: "notice", text, good });
  }
  /** @throws {Refused} */
  ask(frame: Frame): Promise<Frame> {
    return this.#link.ask(frame);
  }

  /** Looks at a room; its newest page comes when it was not looked at before. */
  async enter(name: string): Promise<void> {
    if (!roomNamed(this.#state, name)) throw new Refused(`There is no room called ${name}.`);
    this.#put({ type: "enter", room: name });
    if (roomNamed(this.#state, name)!.loaded) this.#link.tell({ cmd: "unreads_ack", channel: name });
    else await this.#newest(name);
  }

  /** The page before the oldest message; nothing at the beginning. Several calls at once are one. */
  async older(): Promise<void> {
    const { room } = this;
    const oldest = room?.messages.find(({ ephemeral }) => !ephemeral);
    if (!room || room.beginning || !oldest) return;
    await this.#once(`older ${room.name}`, async () => {
      const { messages } = await this.ask({
        cmd: "messages_around",
        channel: room.name,
        around: oldest.id,
        bounds: { above: 0, below: PAGE },
      });
      this.#put({ type: "page", room: room.name, messages, as: "older", beginning: messages.length <= PAGE });
    });
  }

  /** What was typed: a message, `:command` of this client, or `/command` of the server. */
  async say(line: string): Promise<void> {
    try {
      await obey(this, line);
    } catch (why) {
      this.#complain(why);
    }
  }
  async post(content: string, more: object = {}): Promise<void> {
    await this.ask({ cmd: "message_new", channel: this.#state.room, content, nonce: this.of.nonce(), ...more });
  }
  typing(): void {
    const at = this.of.now();
    if (at - this.#toldTypingAt < TYPING_MS || !this.#state.room) return;
    this.#toldTypingAt = at;
    this.#link.tell({ cmd: "typing", channel: this.#state.room });
  }

  /** After signing in: what there is; after a break also what was missed. */
  async #begin(again: boolean): Promise<void> {
    await this.ask({ cmd: "channels_get" });
    const asked = ["unreads_get", "users_list", "slash_list"].map((cmd) => this.ask({ cmd }));
    if (again) for (const { name, loaded } of this.#state.rooms) if (loaded) await this.#fillGap(name);
    if (!again) await this.#enterFirst();
    for (const answer of await Promise.allSettled(asked)) if (answer.status === "rejected") this.#complain(answer.reason);
  }

  async #enterFirst(): Promise<void> {
    const wanted = this.of.room?.replace(/^#/, "");
    if (wanted !== undefined && roomNamed(this.#state, wanted)) return this.enter(wanted);
    if (wanted !== undefined) this.notice(`There is no room called ${wanted}.`, false);
    if (this.#state.room) return this.enter(this.#state.room);
    this.notice("There is no room here that you may read.", false);
  }

  async #newest(name: string): Promise<readonly WireMessage[]> {
    const { messages } = await this.ask({ cmd: "messages_get", channel: name, limit: PAGE });
    this.#put({ type: "page", room: name, messages, as: "fresh", beginning: messages.length < PAGE });
    return messages;
  }

  /** What was posted since the newest message, page by page; what was changed or deleted meanwhile among the last hundred. */
  async #fillGap(name: string): Promise<void> {
    const kept = roomNamed(this.#state, name)!.messages;
    const { messages: newest } = (await this.ask({ cmd: "messages_get", channel: name, limit: PAGE })) as unknown as {
      messages: WireMessage[];
    };
    const present = new Set(newest.map(({ id }) => id));
    let from = kept.findLast(({ ephemeral }) => !ephemeral)?.id;
    try {
      for (let pages = 0; from !== undefined && !present.has(from); pages++) {
        if (pages === MOST_GAP_PAGES) throw new Refused("The gap is too long.");
        const bounds = { above: LONGEST_PAGE, below: 0 };
        const { messages } = await this.ask({ cmd: "messages_around", channel: name, around: from, bounds });
        const last = (messages as WireMessage[]).at(-1)?.id;
        if (last === from) break;
        this.#put({ type: "page", room: name, messages, as: "newer" });
        from = last;
      }
      this.#put({ type: "page", room: name, messages: newest, as: "newest" });
    } catch (why) {
      // The message it would have gone on from is gone, or too many have come since.
      if (!(why instanceof Refused)) throw why;
      this.#put({ type: "page", room: name, messages: newest, as: "fresh", beginning: newest.length < PAGE });
    }
  }

  #heard(frame: Frame): void {
    try {
      this.#put({ type: "frame", frame, at: this.of.now() });
    } catch {
      this.notice(`The server sent a ${frame.cmd} that cannot be read.`, false);
      return;
    }
    if (frame.cmd === "error" && frame["listener"] === undefined) this.notice(`${String(frame["val"])}.`, false);
    const { room } = this.#state;
    const mine = frame.cmd === "message_new" && frame["channel"] === room && frame["message"]?.user !== this.#state.me;
    if (mine) this.#link.tell({ cmd: "unreads_ack", channel: room });
  }

  async #once(key: string, act: () => Promise<void>): Promise<void> {
    if (this.#fetching.has(key)) return;
    this.#fetching.add(key);
    try {
      await act();
    } finally {
      this.#fetching.delete(key);
    }
  }
  #complain(why: unknown): void {
    this.notice((why as Error).message, false);
  }
  #put(input: ChatInput): void {
    this.#state = chatAfter(this.#state, input);
    for (const hear of this.#hearing) hear(input);
  }
}
