import type { ModlogEntry } from "../domain/moderation/modlog.ts";
import type { MemberView } from "../domain/users/user.ts";
import type { Seat } from "../domain/voice/voice.ts";
import type { LogEntry } from "../kernel/log.ts";
import type { SeenFlow } from "../wire/control/protocol.ts";
import type { Target } from "./actions.ts";
import type { SeenChannel, SeenPlugin, State } from "./store.ts";

export const PANES = [
  { id: "overview", title: "Overview" },
  { id: "rooms", title: "Rooms" },
  { id: "people", title: "People" },
  { id: "calls", title: "Calls" },
  { id: "acts", title: "Moderation" },
  { id: "plugins", title: "Plugins" },
  { id: "log", title: "Log" },
] as const;
export type Pane = (typeof PANES)[number]["id"];

/** Somebody with an account here, or a guest who only has sessions. */
export interface PersonRow {
  readonly member: MemberView;
  /** Sessions by wire. */
  readonly wires: ReadonlyMap<string, number>;
}
export interface CallRow {
  readonly room: SeenChannel;
  /** Absent in the room's own row. */
  readonly seat?: Seat;
  /** Where their media is relayed. */
  readonly flow?: SeenFlow | undefined;
  readonly count: number;
}
interface Rows {
  readonly overview: never;
  readonly rooms: SeenChannel;
  readonly people: PersonRow;
  readonly calls: CallRow;
  readonly acts: ModlogEntry;
  readonly plugins: SeenPlugin;
  readonly log: LogEntry;
}
export interface Row<Of = unknown> {
  /** The same row keeps it when others come and go. */
  readonly id: string;
  readonly of: Of;
}
/** Which row is selected: by its id while that is there, else by its place. */
export interface Cursor {
  readonly at: number;
  readonly id?: string | undefined;
}

const MAKE: { readonly [P in Pane]: (state: State) => readonly Row<Rows[P]>[] } = {
  overview: () => [],
  rooms: ({ channels }) => channels.filter(({ kind }) => kind !== "separator").map((of) => ({ id: of.id, of })),
  people,
  calls: ({ channels, voice, flows }) =>
    channels
      .filter(({ kind }) => kind === "voice")
      .flatMap((room): Row<CallRow>[] => {
        const seats = voice.get(room.id) ?? [];
        const sitting = seats.map((seat, index) => ({
          id: `${room.id} ${seat.user.id} ${index}`,
          of: { room, seat, flow: seat.stream === null ? undefined : flows.get(seat.stream), count: seats.length },
        }));
        return [{ id: room.id, of: { room, count: seats.length } }, ...sitting];
      }),
  acts: ({ acts }) => acts.map((of) => ({ id: of.id, of })),
  plugins: ({ plugins }) => (plugins ?? []).map((of) => ({ id: of.name, of })),
  log: ({ log }) => log.map((of, index) => ({ id: `${of.at} ${of.event} ${index}`, of })),
};

const WORDS: { readonly [P in Pane]: (of: Rows[P]) => string } = {
  overview: () => "",
  rooms: ({ name, kind }) => `${name} ${kind}`,
  people: ({ member: { user, nickname, roles, status }, wires }) =>
    [user.name, nickname, status.status, ...roles, ...wires.keys()].join(" "),
  calls: ({ room, seat }) => `${room.name} ${seat?.user.name ?? ""}`,
  acts: ({ action, actor, target, reason }) => `${action} ${actor.name} ${target?.name ?? ""} ${reason ?? ""}`,
  plugins: ({ name, description, state, source }) => `${name} ${description} ${state} ${source}`,
  log: ({ level, event, text }) => `${level} ${event} ${text}`,
};

function people({ members, sessions }: State): readonly Row<PersonRow>[] {
  const wires = new Map<string, Map<string, number>>();
  const guests = new Map<string, MemberView>();
  for (const { user, name, wire } of sessions.values()) {
    let mine = wires.get(user);
    if (!mine) wires.set(user, (mine = new Map()));
    mine.set(wire, (mine.get(wire) ?? 0) + 1);
    if (!members.has(user)) guests.set(user, guest(user, name));
  }
  const none = new Map<string, number>();
  const rows = [...members.values(), ...guests.values()].map((member) => ({
    id: member.user.id,
    of: { member, wires: wires.get(member.user.id) ?? none },
  }));
  const away = ({ of }: Row<PersonRow>) => Number(of.wires.size === 0);
  const { compare } = new Intl.Collator();
  return rows.toSorted((a, b) => away(a) - away(b) || compare(a.of.member.user.name, b.of.member.user.name));
}
const guest = (id: string, name: string): MemberView => ({
  user: { id, name, realm: null },
  nickname: null,
  avatar: null,
  roles: [],
  color: null,
  status: { status: "online", text: "" },
});

/** What a pane shows of the state under a filter; the selection is among these. */
export function rowsIn<P extends Pane>(state: State, pane: P, filter: string): readonly Row<Rows[P]>[] {
  const rows = MAKE[pane](state) as readonly Row<Rows[P]>[];
  const wanted = filter.trim().toLowerCase();
  return wanted
    ? rows.filter(({ of }) =>
        WORDS[pane](of as never)
          .toLowerCase()
          .includes(wanted),
      )
    : rows;
}

interface Look {
  readonly pane: Pane;
  readonly cursor: Readonly<Record<Pane, Cursor>>;
  readonly filter: Readonly<Record<Pane, string>>;
}
export const rowsOf = (state: State, { pane, filter }: Look): readonly Row[] => rowsIn(state, pane, filter[pane]);

/** The place of the selected row; 0 where there are none. */
export function placeOf(rows: readonly Row[], { at, id }: Cursor): number {
  const found = id === undefined ? -1 : rows.findIndex((row) => row.id === id);
  return found === -1 ? Math.max(0, Math.min(at, rows.length - 1)) : found;
}

/** What an action in this view would be done to. */
export function targetAt(state: State, view: Look): Target | undefined {
  const rows = rowsOf(state, view);
  const row = rows[placeOf(rows, view.cursor[view.pane])];
  if (!row) return undefined;
  if (view.pane === "rooms") return { kind: "room", room: row.of as SeenChannel };
  if (view.pane === "people") return { kind: "person", person: (row.of as PersonRow).member };
  if (view.pane === "plugins") return { kind: "plugin", plugin: row.of as SeenPlugin };
  if (view.pane !== "calls") return undefined;
  const { room, seat } = row.of as CallRow;
  if (!seat) return { kind: "room", room };
  return { kind: "person", person: state.members.get(seat.user.id) ?? guest(seat.user.id, seat.user.name) };
}
