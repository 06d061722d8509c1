import type { Key } from "ink";

import { ACTS, chosenAfter } from "./chosen.ts";
import { isGoodbye } from "./commands.ts";
import { completed } from "./completion.ts";
import type { Desk } from "./desk.ts";
import { edited, type EditLine, NOTHING_TYPED } from "./edit-line.ts";
import { helpLines } from "./panes.tsx";
import { roomSheet } from "./room-sheet.ts";
import { type Edge, scrolled, seenRows, type Sheet, showing } from "./scroll.ts";
import { listedRooms, roomOf, unreadOf, wantsPassword } from "./state.ts";
import { Trail } from "./trail.ts";

/** Older messages are asked for when fewer than this are above the screen. */
const AHEAD = 20;

/** What the keys have made of the screen. */
export interface View {
  readonly line: EditLine;
  readonly edge: Edge | undefined;
  /** Lines that the help is scrolled by; undefined where it is not shown. */
  readonly help: number | undefined;
}
export const FIRST_VIEW: View = { line: NOTHING_TYPED, edge: undefined, help: undefined };

/** How large the messages are drawn, and the whole window's width. */
export interface Sizes {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
}

/** What keys do to the view and to the conversation in front. Several may come before the first one is drawn. */
export class Keys {
  sizes: Sizes = { width: 80, height: 20, columns: 80 };
  #view = FIRST_VIEW;
  readonly #trail: Trail;

  constructor(
    private readonly of: {
      readonly desk: Pick<Desk, "view" | "chat" | "bring">;
      readonly leave: () => void;
      readonly drawn: (view: View) => void;
    },
  ) {
    this.#trail = new Trail({
      desk: of.desk,
      sheet: () => this.#sheet,
      height: () => this.sizes.height,
      look: (edge) => this.#look(edge),
    });
  }

  press(input: string, key: Partial<Key>): void {
    const { desk, leave } = this.of;
    const { height } = this.sizes;
    const helped = this.#view.help !== undefined;
    if (key.ctrl && input === "c") return leave();
    if (key.ctrl && input === "o") return this.#bring((desk.view().front + 1) % desk.view().states.length);
    if (key.meta && input === "a") return this.#answer();
    if (key.meta && /^[1-9]$/.test(input)) return this.#bring(Number(input) - 1);
    if (key.pageUp || key.pageDown) return this.#scroll((key.pageUp ? 1 : -1) * Math.max(1, height - 2));
    if ((key.ctrl && input === "p") || (key.meta && key.upArrow)) return this.#enter(-1);
    if ((key.ctrl && input === "n") || (key.meta && key.downArrow)) return this.#enter(1);
    if (key.upArrow || key.downArrow) {
      if (helped) return this.#scroll(key.upArrow ? 1 : -1);
      return this.#choose(key.upArrow ? "up" : "down");
    }
    if (key.escape) return this.#escape();
    if (key.tab) return this.#complete();
    if (key.return) return helped ? this.#show({ help: undefined }) : this.#submit();
    this.type(input, key);
  }

  /** Letters, and keys that change the line; of a paste all at once. */
  type(input: string, key: Partial<Key>): void {
    const { chat } = this.of.desk;
    const { line, help } = this.#view;
    const secret = wantsPassword(chat.state());
    if (help !== undefined) return this.#show({ help: undefined });
    if (!line.before && !line.after && !secret) {
      if (input === "?") return this.#show({ help: 0 });
      if (this.#act(input)) return;
    }
    const next = edited(line, input, key);
    if (!secret && next.before.length > line.before.length && !/^[:/]/.test(next.before)) chat.typing();
    this.#show({ line: next });
  }

  #show(change: Partial<View>): void {
    this.#view = { ...this.#view, ...change };
    this.of.drawn(this.#view);
  }
  get #sheet(): Sheet {
    const state = this.of.desk.chat.state();
    return roomSheet(state, roomOf(state, state.room), this.sizes.width);
  }

  /** Moves the view, and sees to it that there is something to move to. */
  #look(edge: Edge | undefined): void {
    this.#show({ edge });
    const { chat } = this.of.desk;
    if (!edge || chat.state().found?.listed) return;
    const sheet = this.#sheet;
    const { first, last } = seenRows(sheet, edge, this.sizes.height);
    if (first < AHEAD) void chat.attempt(() => chat.older());
    if (sheet.ids.length - last < AHEAD) void chat.attempt(() => chat.newer());
  }
  #scroll(up: number): void {
    const { chat } = this.of.desk;
    const { height, columns } = this.sizes;
    const { help, edge: before } = this.#view;
    if (help !== undefined) {
      const most = Math.max(0, helpLines(chat.state(), columns).length - height);
      return this.#show({ help: Math.min(most, Math.max(0, help - up)) });
    }
    const edge = scrolled(this.#sheet, before, height, up);
    if (up < 0 && !edge && this.#goesOn()) return;
    this.#look(edge);
  }
  /** Whether there is more below what is kept of the room; it comes then, below what is seen. */
  #goesOn(): boolean {
    const { chat } = this.of.desk;
    const last = this.#sheet.ids.at(-1);
    if (chat.state().found?.listed || !chat.room || chat.room.upToDate || last === undefined) return false;
    this.#look({ id: last, below: 0 });
    return true;
  }
  #choose(direction: "up" | "down"): void {
    const { chat } = this.of.desk;
    const { height } = this.sizes;
    const { edge } = this.#view;
    const sheet = this.#sheet;
    const id = chosenAfter(chat.state(), direction, sheet.ids[seenRows(sheet, edge, height).last]);
    if (id === undefined && direction === "down" && this.#goesOn()) return;
    chat.select(id);
    if (id !== undefined) this.#look(showing(sheet, edge, height, sheet.ids.indexOf(id)));
    else this.#look(direction === "down" ? undefined : edge);
  }
  /** Back to what is being said now. */
  #forget(): void {
    const { chat } = this.of.desk;
    chat.select(undefined);
    this.#show({ edge: undefined, help: undefined });
    void chat.attempt(() => chat.latest());
  }
  #escape(): void {
    const state = this.of.desk.chat.state();
    const { edge, help, line } = this.#view;
    if (state.found && help === undefined && !wantsPassword(state)) {
      if (line.before || line.after) return this.#show({ line: NOTHING_TYPED });
      return state.found.listed ? void this.#trail.home() : this.#trail.again();
    }
    const idle = edge === undefined && help === undefined;
    if (state.selected !== undefined || wantsPassword(state) || idle) this.#show({ line: NOTHING_TYPED });
    this.#forget();
  }
  #enter(step: 1 | -1): void {
    const { chat } = this.of.desk;
    const { room: here } = chat.state();
    const listed = listedRooms(chat.state());
    const next = listed[(listed.findIndex(({ key }) => key === here) + step + listed.length) % listed.length];
    if (next && next.key !== here) this.#visit(next.key);
  }
  #visit(room: string): void {
    const { chat } = this.of.desk;
    this.#show({ edge: undefined, help: undefined });
    void chat.attempt(() => chat.enter(room));
  }
  /** To where somebody called, else to where anything is unread; on this server first. */
  #answer(): void {
    const { states, front } = this.of.desk.view();
    const { rooms, room: here } = states[front]!;
    const others = rooms.filter(({ key }) => key !== here);
    const room = others.find(({ called }) => called) ?? others.find(({ unread }) => unread > 0);
    const away = states.map((state, index) => ({ index, ...unreadOf(state) })).filter(({ index }) => index !== front);
    const server = away.find(({ called }) => called) ?? away.find(({ unread }) => unread > 0);
    if (server && !room?.called && (server.called || !room)) this.#bring(server.index);
    else if (room) this.#visit(room.key);
  }
  #bring(index: number): void {
    this.#show({ edge: undefined, help: undefined });
    this.of.desk.bring(index);
  }

  /** Whether the letter is a key that does something with the chosen message. */
  #act(input: string): boolean {
    const { chat } = this.of.desk;
    const { selected, found } = chat.state();
    const messages = found?.listed ? found.hits.map(({ message }) => message) : chat.room?.messages;
    const message = messages?.find(({ id }) => id === selected);
    const act = message && ACTS.find(({ key }) => key === input);
    if (!act) return false;
    const there = found?.listed ? this.#trail.go(message.id) : undefined;
    if (act.begins) this.#show({ line: { before: act.begins(message.content), after: "" } });
    const { says } = act;
    if (!says) return true;
    // What was found stays chosen until somebody goes back.
    if (found) void (there ?? Promise.resolve()).then(() => chat.say(says));
    else void chat.say(says).then(() => chat.select(undefined));
    return true;
  }
  #submit(): void {
    const { chat } = this.of.desk;
    const typed = this.#view.line.before + this.#view.line.after;
    const { selected, found, link } = chat.state();
    if (wantsPassword(chat.state())) {
      this.#show({ line: NOTHING_TYPED });
      if (typed) chat.signIn(typed);
      return;
    }
    if (!typed && selected !== undefined) {
      if (found?.listed) return void this.#trail.go(selected);
      if (chat.room?.kind !== "forum") return void this.#act("r");
      this.#show({ edge: undefined });
      return void chat.attempt(() => chat.enter(selected));
    }
    if (!typed && link.is === "lost") return chat.hurry();
    if (isGoodbye(typed)) return this.of.leave();
    this.#show({ line: NOTHING_TYPED });
    if (typed.trim() === ":help") return this.#show({ help: 0 });
    // What is said beside a list is said where somebody was before.
    if (found?.listed) return void this.#say(chat, typed, this.#trail.home("newest"));
    this.#trail.begin(this.#view.edge);
    // What a line says of the chosen message is said before it is chosen no more.
    void this.#say(chat, typed);
    if (!found) return this.#forget();
    if (selected === undefined || !typed.includes("%")) chat.finding.list(undefined);
    // An answer is seen below all the others; whatever else is done to the message is seen there.
    else if (!typed.startsWith(":reply")) return;
    this.#forget();
  }
  /** What was refused can be mended, or sent later. */
  async #say(chat: Desk["chat"], typed: string, first?: Promise<void>): Promise<void> {
    if (first) await first;
    const why = await chat.say(typed);
    const { before, after } = this.#view.line;
    if (why && !before && !after && this.of.desk.chat === chat) this.#show({ line: { before: typed, after: "" } });
  }
  #complete(): void {
    const { line } = this.#view;
    const state = this.of.desk.chat.state();
    if (!wantsPassword(state)) this.#show({ line: { ...line, before: completed(state, line.before) } });
  }
}
