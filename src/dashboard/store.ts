import type { ListedChannel } from "../domain/channels/channel.ts";
import type { EventData, EventName } from "../domain/index.ts";
import type { ModlogEntry } from "../domain/moderation/modlog.ts";
import type { PluginView } from "../domain/plugins/plugin.ts";
import type { MemberView } from "../domain/users/user.ts";
import type { Seat } from "../domain/voice/voice.ts";
import type { LogEntry } from "../kernel/log.ts";
import type { SeenEvent, SeenFlow, SeenSession, Stats, Status, WatchLine } from "../wire/control/protocol.ts";

/** Seconds of figures kept, and so columns of the longest sparkline. */
const MOST_SECONDS = 180;
const MOST_LOG = 500;
const MOST_ACTS = 200;

/** What is shown of a channel. */
export type SeenChannel = Pick<
  ListedChannel,
  "id" | "name" | "kind" | "position" | "slowMode" | "retention" | "userLimit" | "newest"
>;

/** What the server says of a plugin, where it has any. */
export type SeenPlugin = Pick<
  PluginView,
  "name" | "version" | "description" | "source" | "linked" | "enabled" | "state" | "reason" | "handles"
>;

/** A second's figures. */
export interface Second {
  readonly messages: number;
  readonly deliveries: number;
  readonly acknowledgement: number | null;
  readonly commit: number | null;
  readonly residentBytes: number;
}
/** What was said in a channel since somebody looks on. */
export interface Traffic {
  readonly messages: number;
  readonly newest: number;
}

/** All that the dashboard shows. */
export interface State {
  readonly link: { readonly is: "connecting" | "open" } | { readonly is: "lost"; readonly why: string; readonly at: number };
  readonly status: Status | undefined;
  readonly stats: Stats | undefined;
  /** Newest last. */
  readonly seconds: readonly Second[];
  readonly channels: readonly SeenChannel[];
  readonly traffic: ReadonlyMap<string, Traffic>;
  readonly members: ReadonlyMap<string, MemberView>;
  readonly sessions: ReadonlyMap<string, SeenSession>;
  /** Newest first. */
  readonly acts: readonly ModlogEntry[];
  /** Oldest first. */
  readonly log: readonly LogEntry[];
  /** Who is in the call of each voice channel. */
  readonly voice: ReadonlyMap<string, readonly Seat[]>;
  /** What is relayed, by stream. */
  readonly flows: ReadonlyMap<string, SeenFlow>;
  /** Undefined where the server has none. */
  readonly plugins: readonly SeenPlugin[] | undefined;
  /** Lines that the server left out since the snapshot because this side was slow. */
  readonly lost: number;
}

/** Everything that changes the state: lines of `/watch`, answers to what was asked besides, and the connection itself. */
export type Input =
  | WatchLine
  | { readonly type: "gone"; readonly why: string; readonly at: number }
  | { readonly type: "members"; readonly members: readonly MemberView[] }
  | { readonly type: "acts"; readonly acts: readonly ModlogEntry[] }
  | { readonly type: "seats"; readonly channel: string; readonly seats: readonly Seat[] }
  | { readonly type: "plugins"; readonly plugins: readonly SeenPlugin[] };

export const EMPTY: State = {
  link: { is: "connecting" },
  status: undefined,
  stats: undefined,
  seconds: [],
  channels: [],
  traffic: new Map(),
  members: new Map(),
  sessions: new Map(),
  acts: [],
  log: [],
  voice: new Map(),
  flows: new Map(),
  plugins: undefined,
  lost: 0,
};

/** Maps that were copied for this fold already, and may be written to. */
type Fresh = WeakSet<object>;

/** The state after these inputs; pure. Each map is copied once, however many inputs change it. */
export function fold(state: State, inputs: Iterable<Input>): State {
  const fresh: Fresh = new WeakSet();
  for (const input of inputs) state = next(state, input, fresh);
  return state;
}

function writable<K, V>(map: ReadonlyMap<K, V>, fresh: Fresh): Map<K, V> {
  if (fresh.has(map)) return map as Map<K, V>;
  const copy = new Map(map);
  fresh.add(copy);
  return copy;
}
const having = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V, fresh: Fresh): Map<K, V> => writable(map, fresh).set(key, value);
function without<K, V>(map: ReadonlyMap<K, V>, key: K, fresh: Fresh): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const less = writable(map, fresh);
  less.delete(key);
  return less;
}

function next(state: State, input: Input, fresh: Fresh): State {
  switch (input.type) {
    case "snapshot": {
      const { status, sessions, flows, log } = input;
      const channels = input.channels as readonly ListedChannel[];
      return {
        ...state,
        link: { is: "open" },
        status,
        stats: status.stats,
        channels,
        sessions: new Map(sessions.map((session) => [session.id, session])),
        log,
        voice: new Map(channels.filter(({ kind }) => kind === "voice").map(({ id, voice }) => [id, voice])),
        flows: byStream(flows),
        plugins: undefined,
        lost: 0,
      };
    }
    case "stats":
      return { ...state, stats: input, seconds: [...state.seconds, second(input)].slice(-MOST_SECONDS) };
    case "flows":
      return { ...state, flows: byStream(input.flows) };
    case "log":
      return { ...state, log: [...state.log, input.entry].slice(-MOST_LOG) };
    case "opened":
      return { ...state, sessions: having(state.sessions, input.session.id, input.session, fresh) };
    case "closed":
      return { ...state, sessions: without(state.sessions, input.session, fresh) };
    case "lost":
      return { ...state, lost: state.lost + input.lines };
    case "gone":
      return { ...state, link: { is: "lost", why: input.why, at: input.at } };
    case "members":
      return { ...state, members: new Map(input.members.map((member) => [member.user.id, member])) };
    case "acts":
      return { ...state, acts: input.acts.slice(0, MOST_ACTS) };
    case "seats":
      return { ...state, voice: having(state.voice, input.channel, input.seats, fresh) };
    case "plugins":
      return { ...state, plugins: input.plugins };
    case "event":
      return happened(state, input.event, fresh);
  }
}

const byStream = (flows: readonly SeenFlow[]) => new Map(flows.map((flow) => [flow.stream, flow]));

const second = ({ messages, deliveries, acknowledgement, commit, residentBytes }: Stats): Second => ({
  messages: messages.perSecond,
  deliveries: deliveries.perSecond,
  acknowledgement: acknowledgement.p50,
  commit: commit.p50,
  residentBytes,
});

type Folding = { readonly [E in EventName]?: (state: State, data: EventData<E>, fresh: Fresh, at: number) => State };

/** Events that change what is shown; the others only show up in counts. */
const FOLDING: Folding = {
  "message.created": (state, { place }, fresh, at) => {
    const before = state.traffic.get(place.channel)?.messages ?? 0;
    return { ...state, traffic: having(state.traffic, place.channel, { messages: before + 1, newest: at }, fresh) };
  },
  "channel.created": (state, { channel }) => ({
    ...state,
    channels: ordered([...state.channels, { ...channel, newest: null }]),
  }),
  "channel.updated": (state, { channel }) => ({
    ...state,
    channels: ordered(state.channels.map((one) => (one.id === channel.id ? { ...one, ...channel } : one))),
  }),
  "channel.deleted": (state, { id }, fresh) => ({
    ...state,
    voice: without(state.voice, id, fresh),
    traffic: without(state.traffic, id, fresh),
    channels: state.channels.filter((one) => one.id !== id),
  }),
  "community.updated": (state, { community }) => ({
    ...state,
    status: state.status && { ...state.status, community: community.name },
  }),
  "presence.connected": (state, { member }, fresh) => ({
    ...state,
    members: having(state.members, member.user.id, member, fresh),
  }),
  "presence.disconnected": (state, { user }, fresh) => withStatus(state, fresh, user.id, "offline"),
  "status.changed": (state, { user, status }, fresh) => withStatus(state, fresh, user.id, status.status, status.text),
  "member.banned": (state, { user }, fresh) => ({ ...state, members: without(state.members, user.id, fresh) }),
  "voice.speaking": (state, { stream, speaking }, fresh) => {
    const flow = state.flows.get(stream);
    return flow ? { ...state, flows: having(state.flows, stream, { ...flow, speaking }, fresh) } : state;
  },
  "modlog.recorded": (state, { entry }) =>
    // The list that was asked for besides may hold it already.
    state.acts.some(({ id }) => id === entry.id) ? state : { ...state, acts: [entry, ...state.acts].slice(0, MOST_ACTS) },
};

function happened(state: State, event: SeenEvent, fresh: Fresh): State {
  const change = FOLDING[event.type as EventName] as
    ((state: State, data: unknown, fresh: Fresh, at: number) => State) | undefined;
  return change ? change(state, event.data, fresh, event.at) : state;
}

const ordered = (channels: readonly SeenChannel[]): readonly SeenChannel[] =>
  channels.toSorted((a, b) => a.position - b.position);

function withStatus(state: State, fresh: Fresh, user: string, status: MemberView["status"]["status"], text?: string): State {
  const member = state.members.get(user);
  if (!member) return state;
  const changed = { ...member, status: { status, text: text ?? member.status.text } };
  return { ...state, members: having(state.members, user, changed, fresh) };
}
