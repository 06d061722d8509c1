import { seconds, spoken } from "../cli/duration.ts";
import { counted } from "../cli/table.ts";
import type { MemberView } from "../domain/users/user.ts";
import type { SeenChannel, SeenPlugin, State } from "./store.ts";
import { fit } from "../terminal/text.ts";

/** What an action is done to. */
export type Target =
  | { readonly kind: "room"; readonly room: SeenChannel }
  | { readonly kind: "person"; readonly person: MemberView }
  | { readonly kind: "plugin"; readonly plugin: SeenPlugin }
  | { readonly kind: "server" };

/** A question that an action asks before it is done. */
export interface Field {
  readonly name: string;
  readonly question: string;
  /** What an empty answer means; without it the question must be answered. */
  readonly empty?: string;
  /** @throws Error with a sentence when that is no answer. */
  readonly check?: (answer: string) => void;
}
export type Answers = Readonly<Record<string, string>>;
/** A call of an operation. */
export interface Ask {
  readonly operation: string;
  readonly input: object;
}

export interface Action {
  readonly key: string;
  /** In the help and the title of its questions: `Ban`. */
  readonly name: string;
  readonly on: Target["kind"];
  readonly does: string;
  readonly fields: readonly Field[];
  /** A question to be answered with yes before harm is done; without it the last answer is enough. */
  readonly sure?: (target: any, answers: Answers, state: State) => string;
  readonly asks: (target: any, answers: Answers, state: State, now: number) => readonly Ask[];
  /** Said when it is done. */
  readonly done: (target: any, answers: Answers) => string;
}

type Person = Extract<Target, { kind: "person" }>;

const action = <On extends Target["kind"]>(
  on: On,
  def: Omit<Action, "on" | "sure" | "asks" | "done"> & {
    readonly sure?: (target: Extract<Target, { kind: On }>, answers: Answers, state: State) => string;
    readonly asks: (target: Extract<Target, { kind: On }>, answers: Answers, state: State, now: number) => readonly Ask[];
    readonly done: (target: Extract<Target, { kind: On }>, answers: Answers) => string;
  },
): Action => ({ on, ...def }) as Action;

const TEXT: Field = { name: "text", question: "Text" };
const REASON: Field = { name: "reason", question: "Reason", empty: "none" };
const SLOWEST_SECONDS = 21_600;

const length = (answer: string): void => void (answer && seconds(answer));
const named = ({ person }: Person): string => fit(person.user.name, 32);
const reason = ({ reason: given }: Answers) => (given ? { reason: given } : {});
const because = ({ reason: given }: Answers): string => (given ? ` (${given})` : "");
const forHowLong = ({ time }: Answers): string => (time ? `for ${spoken(seconds(time))}` : "for good");

/** Rooms in which something can be said. */
export const textRooms = ({ channels }: State): readonly SeenChannel[] => channels.filter(({ kind }) => kind === "text");

export const ACTIONS: readonly Action[] = [
  action("room", {
    key: "m",
    name: "Say",
    does: "say something in the room",
    fields: [TEXT],
    asks: ({ room }, { text }) => [{ operation: "message.send", input: { channel: room.id, content: text } }],
    done: ({ room }) => `Said in ${room.name}.`,
  }),
  action("room", {
    key: "s",
    name: "Slow mode",
    does: "set how long members wait between two messages",
    fields: [
      {
        name: "time",
        question: "Wait between two messages, like 10s or 5m",
        empty: "no slow mode",
        check: (answer) => {
          if (answer && seconds(answer) > SLOWEST_SECONDS) throw new Error("Slow mode is six hours at most.");
        },
      },
    ],
    asks: ({ room }, { time }) => [
      { operation: "channel.update", input: { channel: room.id, changes: { slowMode: time ? seconds(time) : 0 } } },
    ],
    done: ({ room }, { time }) =>
      time ? `${room.name}: a message every ${spoken(seconds(time))}.` : `${room.name}: no slow mode.`,
  }),
  action("person", {
    key: "m",
    name: "Message",
    does: "call upon them in a room",
    fields: [{ name: "room", question: "In which room", empty: "the first text room" }, TEXT],
    asks: ({ person }, { room, text }, state) => [
      {
        operation: "message.send",
        input: { channel: room || (textRooms(state)[0]?.id ?? "general"), content: `@${person.user.name} ${text}` },
      },
    ],
    done: (target) => `Said to ${named(target)}.`,
  }),
  action("person", {
    key: "k",
    name: "Kick",
    does: "end their sessions; they may come back",
    fields: [REASON],
    sure: (target) => `End all sessions of ${named(target)}?`,
    asks: ({ person }, answers) => [{ operation: "member.kick", input: { user: person.user.id, ...reason(answers) } }],
    done: (target, answers) => `${named(target)} was kicked${because(answers)}.`,
  }),
  action("person", {
    key: "b",
    name: "Ban",
    does: "shut them out, for a time or for good",
    fields: [{ name: "time", question: "How long, like 2h or 7d", empty: "for good", check: length }, REASON],
    sure: (target, answers) => `Ban ${named(target)} ${forHowLong(answers)}?`,
    asks: ({ person }, answers, _, now) => [
      {
        operation: "member.ban",
        input: {
          user: person.user.id,
          ...reason(answers),
          ...(answers["time"] ? { until: now + seconds(answers["time"]) * 1000 } : {}),
        },
      },
    ],
    done: (target, answers) => `${named(target)} is banned ${forHowLong(answers)}${because(answers)}.`,
  }),
  action("person", {
    key: "t",
    name: "Timeout",
    does: "keep them from speaking for a time; 0s ends it",
    fields: [
      {
        name: "time",
        question: "How long, like 10m; 0s ends it",
        check: (answer) => void seconds(answer),
      },
      REASON,
    ],
    sure: (target, { time }) =>
      seconds(time!) ? `Keep ${named(target)} from speaking for ${spoken(seconds(time!))}?` : `Let ${named(target)} speak again?`,
    asks: ({ person }, answers) => [
      { operation: "member.timeout", input: { user: person.user.id, seconds: seconds(answers["time"]!), ...reason(answers) } },
    ],
    done: (target, { time }) =>
      seconds(time!) ? `${named(target)} may not speak for ${spoken(seconds(time!))}.` : `${named(target)} may speak again.`,
  }),
  action("person", {
    key: "v",
    name: "Mute",
    does: "mute them in every call",
    fields: [REASON],
    sure: (target) => `Mute ${named(target)} in every call?`,
    asks: ({ person }, answers) => [
      { operation: "voice.server-mute", input: { user: person.user.id, muted: true, ...reason(answers) } },
    ],
    done: (target) => `${named(target)} is muted in calls.`,
  }),
  action("person", {
    key: "V",
    name: "Unmute",
    does: "let them be heard in calls again",
    fields: [],
    asks: ({ person }) => [{ operation: "voice.server-mute", input: { user: person.user.id, muted: false } }],
    done: (target) => `${named(target)} is no longer muted in calls.`,
  }),
  action("plugin", {
    key: "e",
    name: "On or off",
    does: "let it run, or stop it and let it not start again",
    fields: [],
    sure: ({ plugin: { name, enabled } }) => (enabled ? `Stop ${name}, and let it not start again?` : `Let ${name} run?`),
    asks: ({ plugin: { name, enabled } }) => [{ operation: enabled ? "plugin.disable" : "plugin.enable", input: { name } }],
    done: ({ plugin: { name, enabled } }) => (enabled ? `${name} is off.` : `${name} is on.`),
  }),
  action("plugin", {
    key: "r",
    name: "Reload",
    does: "load it anew, also when it was stopped because it failed",
    fields: [],
    asks: ({ plugin: { name } }) => [{ operation: "plugin.reload", input: { name } }],
    done: ({ plugin: { name } }) => `${name} was loaded anew.`,
  }),
  action("server", {
    key: "a",
    name: "Announce",
    does: "say something in every text room",
    fields: [TEXT],
    sure: (_, { text }, state) => `Say "${fit(text!, 40)}" in ${counted(textRooms(state).length, "room")}?`,
    asks: (_, { text }, state) =>
      textRooms(state).map(({ id }) => ({ operation: "message.send", input: { channel: id, content: text } })),
    done: () => "Announced.",
  }),
];

export const actionsOn = (kind: Target["kind"]): readonly Action[] => ACTIONS.filter(({ on }) => on === kind);
