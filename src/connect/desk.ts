import type { Conversation } from "./conversation.ts";
import type { ChatState } from "./state.ts";

/** All servers at once, and which of them is in front. */
export interface DeskView {
  readonly states: readonly ChatState[];
  readonly front: number;
}

/** Conversations on several servers, one of which somebody looks at; the others go on behind it. */
export class Desk {
  #view: DeskView;
  #telling = false;
  #away = false;
  readonly #hearing = new Set<() => void>();

  constructor(readonly chats: readonly [Conversation, ...Conversation[]]) {
    this.#view = { states: chats.map(({ state }) => state()), front: 0 };
    for (const [index, chat] of chats.entries())
      chat.subscribe(() => this.#put({ ...this.#view, states: this.#view.states.with(index, chat.state()) }));
  }

  readonly view = (): DeskView => this.#view;
  /** Hears of changes after they were made, once for all that came in one turn of the loop; returns the undo. */
  readonly subscribe = (hear: () => void): (() => void) => {
    this.#hearing.add(hear);
    return () => void this.#hearing.delete(hear);
  };
  get chat(): Conversation {
    return this.chats[this.#view.front]!;
  }
  /** Puts another in front; nothing happens where there is none of that number. */
  bring(index: number): void {
    if (index === this.#view.front || !this.chats[index]) return;
    this.chat.face(false);
    this.#put({ ...this.#view, front: index });
    this.chat.face(true);
  }
  /** Whether somebody is at another window: then nothing here is looked at. */
  leave(away: boolean): void {
    if (away === this.#away) return;
    this.#away = away;
    for (const chat of this.chats) chat.leave(away);
  }
  start(): void {
    for (const chat of this.chats) chat.start();
  }
  close(): void {
    for (const chat of this.chats) chat.close();
  }

  #put(view: DeskView): void {
    this.#view = view;
    if (this.#telling) return;
    this.#telling = true;
    setImmediate(() => {
      this.#telling = false;
      for (const hear of this.#hearing) hear();
    });
  }
}
