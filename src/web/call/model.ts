import { type Frame, list, object, text } from "./frames.ts";
import { gathered, peopleOf, type Person, personOf } from "./people.ts";

export interface Channel {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** 0 for none. */
  readonly limit: number;
  readonly people: readonly Person[];
}

/** All that the page knows of the server. */
export interface Model {
  readonly server: string;
  /** How people sign in there. */
  readonly mode: string;
  readonly me: string | undefined;
  readonly nicknames: ReadonlyMap<string, string>;
  readonly channels: readonly Channel[];
  /** The channel in whose call this page is. */
  readonly call: string | undefined;
  /** The streams that somebody speaks on. */
  readonly speaking: ReadonlySet<string>;
}

export interface Followed {
  readonly model: Model;
  /** Several devices of one person cannot be told apart by what was said: who is in the call is to be asked for. */
  readonly isUnclear: boolean;
}

export const NOTHING: Model = {
  server: "",
  mode: "",
  me: undefined,
  nicknames: new Map(),
  channels: [],
  call: undefined,
  speaking: new Set(),
};

/** More is not kept, whoever sends it. */
const MOST = { channels: 500, members: 20_000, speaking: 1000 };

/** What the model is after a frame. */
export function follow(model: Model, frame: Frame): Followed {
  const clear = (change: Partial<Model>): Followed => ({ model: { ...model, ...change }, isUnclear: false });
  const channel = text(frame["channel"]);
  switch (frame["cmd"]) {
    case "handshake": {
      const val = object(frame["val"]);
      return clear({ server: text(object(val["server"])["name"]), mode: text(val["auth_mode"]) });
    }
    case "server_update":
      return clear({ server: text(object(frame["server"])["name"]) || model.server });
    case "ready":
      return clear({ me: text(object(frame["user"])["username"]) });
    case "users_list":
      return clear({ nicknames: new Map(list(frame["users"], MOST.members).flatMap(nicknameOf)) });
    case "user_join":
    case "user_connect":
    case "user_update":
      return clear({ nicknames: renamed(model.nicknames, object(frame["user"])["username"] ? object(frame["user"]) : frame) });
    case "nickname_update":
    case "nickname_remove":
      return clear({ nicknames: renamed(model.nicknames, frame) });
    case "channels_get":
      return clear({ channels: keepingStreams(model, list(frame["val"], MOST.channels).flatMap(channelOf)) });
    case "channel_update":
      return clear(changed(model, text(frame["current_name"]), object(frame["channel"])));
    case "voice_join": {
      const people = peopleOf(frame["participants"]);
      const inside = model.me === undefined || people.some(({ username }) => username === model.me);
      const own: Person = { username: model.me ?? "", seats: 1, muted: false, streams: [], elsewhere: false };
      return clear({ ...peopled(model, channel, () => (inside ? people : [...people, own])), call: channel });
    }
    case "voice_state":
      return clear(peopled(model, channel, () => peopleOf(frame["participants"])));
    case "voice_leave":
      return clear({ call: undefined, speaking: new Set() });
    case "voice_user_joined":
      return clear(peopled(model, channel, (people) => gathered([...people, personOf(object(frame["user"]))])));
    case "voice_user_updated": {
      const now = personOf(object(frame["user"]));
      const isUnclear = peopleIn(model, channel).some(({ username, seats }) => username === now.username && seats > 1);
      const update = (one: Person) => (one.username === now.username ? { ...now, seats: one.seats } : one);
      return { model: { ...model, ...peopled(model, channel, (people) => people.map(update)) }, isUnclear };
    }
    case "voice_user_left":
      return clear(peopled(model, channel, (people) => people.filter(({ username }) => username !== frame["username"])));
    case "voice_speaking":
      return clear({ speaking: toggled(model.speaking, text(frame["stream"]), frame["speaking"] === true) });
    default:
      return { model, isUnclear: false };
  }
}

export const peopleIn = ({ channels }: Model, name: string | undefined): readonly Person[] =>
  channels.find((channel) => channel.name === name)?.people ?? [];

/** The streams that are to be heard: those of everybody in the call, and of one's own other devices. */
export function othersStreams(model: Model): string[] {
  return peopleIn(model, model.call)
    .filter(({ username, seats }) => username !== model.me || seats > 1)
    .flatMap(({ streams }) => streams);
}

/** Who came to the call that one is in and stays in, and who went. */
export function comings(before: Model, after: Model): { readonly came: string[]; readonly left: string[] } {
  if (after.call === undefined || before.call !== after.call) return { came: [], left: [] };
  const names = (model: Model) => peopleIn(model, model.call).map(({ username }) => username);
  const [old, now] = [new Set(names(before)), new Set(names(after))];
  const but = (some: Set<string>, others: Set<string>) => [...some.difference(others)].filter((name) => name !== after.me);
  return { came: but(now, old), left: but(old, now) };
}

function channelOf(channel: Frame): Channel[] {
  const name = text(channel["name"]);
  if (channel["type"] !== "voice" || !name) return [];
  return [
    {
      name,
      title: text(channel["display_name"]) || name,
      description: text(channel["description"]),
      limit: Number(channel["user_limit"]) || 0,
      people: peopleOf(channel["voice_state"]),
    },
  ];
}

/** The list of channels says who is in a call, and not how they are heard: that is known already. */
const keepingStreams = (model: Model, channels: readonly Channel[]): Channel[] =>
  channels.map((channel) => (channel.name === model.call ? { ...channel, people: peopleIn(model, model.call) } : channel));

function changed(model: Model, was: string, now: Frame): Partial<Model> {
  const channels = model.channels.flatMap((old) => {
    if (old.name !== was) return [old];
    return channelOf(now).map((channel) => ({ ...channel, people: old.people }));
  });
  return { channels, call: model.call === was ? text(now["name"]) : model.call };
}

function peopled(model: Model, name: string, change: (people: readonly Person[]) => readonly Person[]): Partial<Model> {
  const channels = model.channels.map((channel) =>
    channel.name === name ? { ...channel, people: change(channel.people) } : channel,
  );
  return { channels };
}

const nicknameOf = (user: Frame): [string, string][] => {
  const [username, nickname] = [text(user["username"]), text(user["nickname"])];
  return username && nickname ? [[username, nickname]] : [];
};
function renamed(nicknames: Model["nicknames"], user: Frame): Model["nicknames"] {
  const username = text(user["username"]);
  if (!username || (nicknames.size >= MOST.members && !nicknames.has(username))) return nicknames;
  const next = new Map(nicknames);
  next.delete(username);
  for (const [name, nickname] of nicknameOf(user)) next.set(name, nickname);
  return next;
}

function toggled(set: ReadonlySet<string>, one: string, on: boolean): ReadonlySet<string> {
  const next = new Set(set);
  next.delete(one);
  if (on && one && next.size < MOST.speaking) next.add(one);
  return next;
}
