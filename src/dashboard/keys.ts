import { type Action, actionsOn, type Answers, type Ask, type Target } from "./actions.ts";
import { type Cursor, PANES, type Pane, placeOf, rowsOf, targetAt } from "./rows.ts";
import type { State } from "./store.ts";

/** A key as Ink tells it, as far as it means something here. */
export interface Key {
  readonly upArrow?: boolean;
  readonly downArrow?: boolean;
  readonly leftArrow?: boolean;
  readonly rightArrow?: boolean;
  readonly pageUp?: boolean;
  readonly pageDown?: boolean;
  readonly home?: boolean;
  readonly end?: boolean;
  readonly return?: boolean;
  readonly escape?: boolean;
  readonly tab?: boolean;
  readonly shift?: boolean;
  readonly backspace?: boolean;
  readonly delete?: boolean;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

/** An action underway: its questions one after the other, then the question whether they are sure. */
export interface Dialog {
  readonly action: Action;
  readonly target: Target;
  readonly answers: Answers;
  /** What is being typed. */
  readonly typed: string;
  readonly wrong: string | undefined;
}

/** What the person at the keyboard sees and does, beside the server's state. */
export interface View {
  readonly pane: Pane;
  /** The selected row of each pane. */
  readonly cursor: Readonly<Record<Pane, Cursor>>;
  readonly filter: Readonly<Record<Pane, string>>;
  readonly mode: "look" | "filter" | "help";
  readonly dialog: Dialog | undefined;
  /** What came of the last action. */
  readonly said: { readonly text: string; readonly good: boolean } | undefined;
}

const each = <T>(value: T): Record<Pane, T> => Object.fromEntries(PANES.map(({ id }) => [id, value])) as Record<Pane, T>;
export const FIRST_VIEW: View = {
  pane: "overview",
  cursor: { ...each<Cursor>({ at: 0 }), log: { at: Infinity } },
  filter: each(""),
  mode: "look",
  dialog: undefined,
  said: undefined,
};

/** What a key leads to: another view, and perhaps something to be done outside. */
export interface Pressed {
  readonly view: View;
  readonly leave?: "close" | "interrupt";
  readonly run?: { readonly asks: readonly Ask[]; readonly done: string };
}

const LONGEST_TYPED = 500;

/** Pure: the same key at the same sight always leads to the same. `page`: rows that are visible. */
export function press(view: View, state: State, input: string, key: Key, page: number, now: number): Pressed {
  if (key.ctrl && input === "c") return { view, leave: "interrupt" };
  const fresh = { ...view, said: undefined };
  if (view.mode === "help") return { view: { ...fresh, mode: "look" } };
  if (view.dialog) return inDialog(fresh, view.dialog, state, input, key, now);
  if (view.mode === "filter") return { view: inFilter(fresh, input, key) };
  return looking(fresh, state, input, key, page);
}

function looking(view: View, state: State, input: string, key: Key, page: number): Pressed {
  const step = moved(input, key, page);
  if (step !== undefined) return { view: move(view, state, step) };
  if (key.tab || key.leftArrow || key.rightArrow) {
    const at = PANES.findIndex(({ id }) => id === view.pane);
    const by = key.leftArrow || key.shift ? -1 : 1;
    return { view: { ...view, pane: PANES[(at + by + PANES.length) % PANES.length]!.id } };
  }
  const byNumber = PANES[Number(input) - 1];
  if (/^[1-9]$/.test(input) && byNumber) return { view: { ...view, pane: byNumber.id } };
  if (input === "q") return { view, leave: "close" };
  if (input === "?") return { view: { ...view, mode: "help" } };
  if (input === "/") return { view: { ...view, mode: "filter" } };
  if (key.escape) return { view: filtered(view, "") };
  return begin(view, state, input);
}

function begin(view: View, state: State, input: string): Pressed {
  const targets: Target[] = [...(targetAt(state, view) ? [targetAt(state, view)!] : []), { kind: "server" }];
  for (const target of targets) {
    const action = actionsOn(target.kind).find(({ key }) => key === input);
    if (!action) continue;
    const dialog: Dialog = { action, target, answers: {}, typed: "", wrong: undefined };
    if (state.link.is !== "open")
      return { view: { ...view, said: { text: "The server is not there at the moment.", good: false } } };
    return action.fields.length || action.sure ? { view: { ...view, dialog } } : finish(view, dialog, state, 0);
  }
  return { view };
}

/** The question that a dialog is at; undefined when only the yes is left. */
export const questionOf = ({ action, answers }: Dialog) => action.fields.find(({ name }) => !(name in answers));

function inDialog(view: View, dialog: Dialog, state: State, input: string, key: Key, now: number): Pressed {
  const closed = { ...view, dialog: undefined };
  if (key.escape) return { view: { ...closed, said: { text: "Nothing was done.", good: true } } };
  const field = questionOf(dialog);
  if (!field) {
    if (input === "y" || input === "Y") return finish(closed, dialog, state, now);
    if (input === "n" || input === "N" || key.return)
      return { view: { ...closed, said: { text: "Nothing was done.", good: true } } };
    return { view };
  }
  if (!key.return) return { view: { ...view, dialog: { ...dialog, typed: typing(dialog.typed, input, key), wrong: undefined } } };
  const answer = dialog.typed.trim();
  try {
    if (!answer && field.empty === undefined) throw new Error("This needs an answer; Esc gives up.");
    field.check?.(answer);
  } catch (why) {
    return { view: { ...view, dialog: { ...dialog, wrong: (why as Error).message } } };
  }
  const next: Dialog = { ...dialog, answers: { ...dialog.answers, [field.name]: answer }, typed: "", wrong: undefined };
  return questionOf(next) || dialog.action.sure ? { view: { ...view, dialog: next } } : finish(closed, next, state, now);
}

function finish(view: View, { action, target, answers }: Dialog, state: State, now: number): Pressed {
  return { view, run: { asks: action.asks(target, answers, state, now), done: action.done(target, answers) } };
}

function inFilter(view: View, input: string, key: Key): View {
  if (key.escape) return { ...filtered(view, ""), mode: "look" };
  if (key.return) return { ...view, mode: "look" };
  return filtered(view, typing(view.filter[view.pane], input, key));
}
const filtered = (view: View, text: string): View => ({
  ...view,
  filter: { ...view.filter, [view.pane]: text },
  cursor: { ...view.cursor, [view.pane]: FIRST_VIEW.cursor[view.pane] },
});

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A line of text after a key; control characters of a paste are left out. */
function typing(text: string, input: string, key: Key): string {
  if (key.backspace || key.delete)
    return [...graphemes.segment(text)]
      .slice(0, -1)
      .map(({ segment }) => segment)
      .join("");
  if (key.ctrl && input === "u") return "";
  if (key.ctrl || key.meta || key.tab || key.upArrow || key.downArrow || key.leftArrow || key.rightArrow) return text;
  return (text + input.replaceAll(/\p{Cc}+/gu, " ")).slice(0, LONGEST_TYPED);
}

function moved(input: string, key: Key, page: number): number | undefined {
  if (key.upArrow) return -1;
  if (key.downArrow) return 1;
  if (key.pageUp) return -page;
  if (key.pageDown) return page;
  if (key.home || input === "g") return -Infinity;
  if (key.end || input === "G") return Infinity;
  return undefined;
}

function move(view: View, state: State, step: number): View {
  const rows = rowsOf(state, view);
  const last = Math.max(0, rows.length - 1);
  const at = Math.min(Math.max(0, placeOf(rows, view.cursor[view.pane]) + step), last);
  // At the end of the log it follows what comes.
  const cursor: Cursor = view.pane === "log" && at === last ? { at: Infinity } : { at, id: rows[at]?.id };
  return { ...view, cursor: { ...view.cursor, [view.pane]: cursor } };
}
