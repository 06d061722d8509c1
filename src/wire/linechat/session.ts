import { subscriberOf } from "../../net/address.ts";
import { closeSession, openSession } from "../../domain/presence/open-session.ts";
import { beginAttendance, endAttendance, leaveChannel } from "../../domain/attendance/attend.ts";
import { leaveAsGuest } from "../../domain/guests/leave-as-guest.ts";
import type { Speaker } from "../../domain/users/user.ts";
import { UNPROMPTED } from "../../kernel/kernel.ts";
import type { Actor } from "../../kernel/operation.ts";
import type { Session } from "../wire.ts";
import { ChatView } from "./chat-view.ts";
import type { LineChat } from "./index.ts";
import type { Printed } from "./printed.ts";
import { type Said, serverRow } from "./said.ts";
import { NORMAL, RED } from "./screen.ts";
import { type Link, Terminal } from "./terminal.ts";
import { beginning } from "./text.ts";

/** Where somebody sits: a channel, or a line with one other person. */
export interface Seat {
  readonly kind: "room" | "dm";
  /** Of the channel, or of the other. */
  readonly id: string;
  name: string;
}

/** How long somebody may take to say who they are. */
const SIGN_IN_MS = 120_000;

/** One person at a terminal: who they are, where they sit, and what of all that is said they hear. */
export class LineSession extends Terminal implements Session {
  #actor: Actor;
  #guest = false;
  seat: Seat | undefined;
  #view: ChatView | undefined;
  bell = false;
  #stopSignIn: () => void;

  constructor(chat: LineChat, link: Link) {
    super(chat, link);
    this.#actor = this.#stranger();
    this.#stopSignIn = chat.timers.after(SIGN_IN_MS, () => this.#leave("You have not said who you are. Goodbye!"));
  }

  get actor(): Actor {
    return this.#actor;
  }
  get isGuest(): boolean {
    return this.#guest;
  }
  get viewing(): boolean {
    return this.#view !== undefined;
  }
  idle(): void {
    this.#leave(`Nothing was heard for ${this.chat.settings.idle_minutes} minutes. Goodbye!`);
  }

  // What is heard.

  word(text: string): void {
    this.#tell(serverRow(text, this.chat.settings.username_limit), RED);
  }
  /** Something that does not belong to what is shown now. */
  notice(text: string): void {
    this.#tell(text, "");
  }
  #tell(text: string, look: string): void {
    if (this.#view) this.#view.tell(text, look);
    else this.interrupt(this.screen && look ? `${look}${text}${NORMAL}` : text);
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
        if (this.#sitsIn("room", said.channel)) this.#view?.show(printed, false);
        return;
      case "elsewhere":
        if (this.seat?.kind === "room") this.#view?.show(printed, false);
        return;
      case "renamed":
        if (!this.#sitsIn("room", said.channel)) return;
        this.seat!.name = said.name;
        return this.#view?.show(printed, false);
      case "message": {
        const called = said.calls.includes(me);
        if (this.#view && this.#sitsIn("room", said.channel)) this.#view.show(printed, called);
        else if (called) this.notice(`${this.#ring}* ${said.author} in ${said.room}: ${beginning(said.rows.join(" "), 200)}`);
        return;
      }
      case "direct": {
        const other = said.from.id === me ? said.to : said.from;
        if (this.#view && this.#sitsIn("dm", other.id)) this.#view.show(printed, false);
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

  // The chat view.

  /** From here on messages are kept for the view of where they sit. */
  awaitView(seat: Seat): void {
    this.#view = new ChatView(this, seat);
  }
  /**
   * @param history the rows it begins with.
   * @param shown ids of the messages in them.
   */
  openView(history: readonly string[], shown: ReadonlySet<string>): void {
    for (const printed of this.#view?.open(history) ?? [])
      if (!(printed.said.kind === "message" && shown.has(printed.said.id))) this.hear(printed);
  }
  leaveView(): void {
    this.#view?.close();
    this.#view = undefined;
  }
  /** After a line typed in the view. */
  typed(): void {
    this.#view?.typed();
  }
  protected redraw(): void {
    this.#view?.redraw();
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
      if (this.ended) return;
      this.leaveView();
      this.askWith("> ");
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
      if (!this.ended) await hub.listen(this, wire);
      if (!this.ended) await kernel.invoke(openSession, actor, guest ? {} : by, UNPROMPTED);
      if (!this.ended) await kernel.invoke(beginAttendance, actor, {}, UNPROMPTED);
    } catch (why) {
      await this.#signOut();
      throw why;
    }
    this.#stopSignIn();
    // Gone in the middle of it: whatever was done in between is undone.
    if (this.ended) await this.#undo(actor, guest);
  }
  async #signOut(): Promise<void> {
    const was = this.#actor;
    if (was.kind !== "user") return;
    const guest = this.#guest;
    const { hub } = this.chat;
    this.seat = undefined;
    this.#guest = false;
    // The hub knows the session by its actor.
    hub.forget(this);
    this.#actor = this.#stranger();
    await this.#undo(was, guest);
  }
  async #undo(was: Actor, guest: boolean): Promise<void> {
    const { kernel } = this.chat;
    await kernel.invoke(endAttendance, was, {}, UNPROMPTED);
    await kernel.invoke(closeSession, was, {}, UNPROMPTED);
    if (guest) await kernel.invoke(leaveAsGuest, was, {}, UNPROMPTED);
  }

  #leave(text: string): void {
    if (this.ended) return;
    this.leaveView();
    this.word(text);
    this.end();
  }
  /** The connection is gone. */
  async closed(): Promise<void> {
    this.over();
    await this.#signOut();
  }
  protected override over(): void {
    this.#stopSignIn();
    super.over();
  }
  #stranger(): Actor {
    const { address } = this.link;
    return { kind: "anonymous", id: subscriberOf(address), name: "", community: this.chat.community.id, address };
  }
}
