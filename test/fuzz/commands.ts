import { Glob } from "bun";
import { join } from "node:path";
import type { z } from "zod";
import type { Frame } from "../support/originchats.ts";
import { Arena, type Seat, seeded, shortened } from "./arena.ts";
import { Random } from "./random.ts";
import { nasty } from "./values.ts";

interface Def {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly in?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly element?: z.ZodType;
  readonly entries?: Readonly<Record<string, unknown>>;
}
const defOf = (schema: z.ZodType): Def => (schema as unknown as { _zod: { def: Def } })._zod.def;

/** The fields that a request's schema speaks of. */
function fieldsOf(schema: z.ZodType): Record<string, z.ZodType> {
  const { shape, in: first, innerType, options } = defOf(schema);
  if (shape) return { ...shape };
  if (options) return Object.assign({}, ...options.map(fieldsOf));
  const inner = first ?? innerType;
  return inner ? fieldsOf(inner) : {};
}

/** What was seen in answers, to be used again where it belongs and where it does not. */
class Seen {
  readonly channels = ["general", "voice", "hall", "ideas", "staff"];
  readonly threads: string[] = [];
  readonly polls: string[] = [];
  readonly messages: string[] = [];
  /** Where the newest of the messages stand. */
  readonly places: { readonly channel: string; readonly id: string }[] = [];
  readonly users: string[] = [];
  readonly roles = ["user", "moderator", "admin"];
  learn(value: unknown, key = "", depth = 0): void {
    if (depth > 6) return;
    this.#learnPlace(value);
    if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) this.learn(inner, Array.isArray(value) ? key : name, depth + 1);
    } else if (typeof value === "string" && value !== "" && value.length < 200 && !/quiet|witness|owner/.test(value)) {
      const pool = POOLS.get(key);
      if (!pool) return;
      const known = this[pool];
      if (!known.includes(value)) known.push(value);
      if (known.length > 60) known.splice(4, 10);
    }
  }
  #learnPlace(value: unknown): void {
    const { cmd, channel, message, thread } = (value ?? {}) as Frame;
    if (cmd === "thread_create" && thread?.id) this.threads.push(thread.id);
    if (cmd !== "message_new" || typeof channel !== "string" || channel.includes("quiet")) return;
    this.places.push({ channel, id: message.id });
    if (this.places.length > 20) this.places.shift();
  }
}
const POOLS = new Map<string, "channels" | "messages" | "users" | "roles" | "threads" | "polls">([
  ["thread_id", "threads"],
  ["last_message_id", "messages"],
  ["poll_id", "polls"],
  ["id", "messages"],
  ["channel", "channels"],
  ["user", "users"],
  ["username", "users"],
  ["roles", "roles"],
  ["role", "roles"],
]);

/** What fits a field of this name and kind. */
function fitting(random: Random, name: string, schema: z.ZodType | undefined, seen: Seen): unknown {
  const def = schema && defOf(schema);
  if (def?.innerType) return random.chance(0.1) ? undefined : fitting(random, name, def.innerType, seen);
  if (def?.in) return fitting(random, name, def.in, seen);
  if (def?.options) return fitting(random, name, random.pick(def.options), seen);
  switch (def?.type) {
    case "number":
      return random.pick([0, 1, 2, 10, 100, random.int(0, 100_000)]);
    case "boolean":
      return random.chance(0.5);
    case "array":
      return Array.from({ length: random.int(0, 4) }, () => fitting(random, "[]", def.element, seen));
    case "enum":
      return random.pick(Object.values(def.entries ?? {}));
    case "unknown":
      return name === "[]"
        ? { title: random.text(5), further: random.chance(0.3) ? nasty(random) : 1 }
        : fitting(random, name, undefined, seen);
    case "object":
      return Object.fromEntries(Object.entries(def.shape ?? {}).map(([key, one]) => [key, fitting(random, key, one, seen)]));
    case "record":
      return { view: ["user"], send: [random.pick(seen.roles)] };
  }
  if (/channel/.test(name)) return random.pick(seen.channels);
  if (/(^|_)(id|message|reply_to|before|after|around)$/.test(name) && seen.messages.length) return random.pick(seen.messages);
  if (/user|target|member/.test(name) && seen.users.length) return random.pick(seen.users);
  if (name === "roles") return Array.from({ length: random.int(0, 3) }, () => random.pick(seen.roles));
  if (name === "thread_id") return random.chance(0.5) ? undefined : random.pick([...seen.threads.slice(-5), "none"]);
  if (name === "poll_id") return random.chance(0.5) ? undefined : random.pick([...seen.polls.slice(-5), "none"]);
  if (/role|permission/.test(name)) return random.pick(seen.roles);
  if (name === "name") return random.chance(0.5) ? random.text(8, "abcdefgh-") : random.pick([...seen.channels, ...seen.roles]);
  if (/limit|start|position|size|timeout|seconds|offset/.test(name)) return random.int(0, 300);
  if (/emoji/.test(name)) return random.pick(["👍", "🎉", "a"]);
  if (/color/.test(name)) return "#12ab9F";
  if (/type|kind/.test(name)) return random.pick(["text", "voice", "separator"]);
  if (/status/.test(name)) return random.pick(["online", "idle", "dnd", "invisible"]);
  return random.text(random.int(1, 60));
}

/** Fields that no schema need name, because several commands read them. */
const COMMON = ["channel", "id", "user", "name", "role", "content", "limit", "thread_id", "listener"];

/** Requests as they stand in the transcripts, by command. */
async function examples(): Promise<ReadonlyMap<string, Frame[]>> {
  const folder = join(import.meta.dir, "../transcripts/originchats");
  const found = new Map<string, Frame[]>();
  for (const file of [...new Glob("*.txt").scanSync(folder)].toSorted())
    for (const [, text] of (await Bun.file(join(folder, file)).text()).matchAll(/^\w+ > (\{.*\})$/gm)) {
      let frame: Frame;
      try {
        frame = JSON.parse(text!.replace(/(?<=[:[,]\s*)<(\w+)>(?=\s*[,}\]])/g, `"<$1>"`));
      } catch {
        continue;
      }
      const { cmd } = frame;
      if (typeof cmd === "string") found.set(cmd, [...(found.get(cmd) ?? []), frame]);
    }
  return found;
}

/** An example with people, channels and messages put in that are here. */
function fitted(random: Random, example: Frame, seen: Seen): Frame {
  const frame = { ...example };
  const place = seen.places.length > 0 && random.chance(0.8) ? random.pick(seen.places) : undefined;
  for (const [name, value] of Object.entries(frame)) {
    if (name === "channel") frame[name] = place?.channel ?? random.pick(seen.channels.slice(0, 5));
    else if (name === "thread_id") frame[name] = random.pick([...seen.threads.slice(-5), "none"]);
    else if (name === "poll_id") frame[name] = random.pick([...seen.polls.slice(-5), "none"]);
    else if (typeof value === "string" && /^<\w+>$/.test(value))
      frame[name] = place?.id ?? random.pick([...seen.messages, "none"]);
    else if (/^(user|username|target)$/.test(name) && seen.users.length) frame[name] = random.pick(seen.users.slice(-6));
    else if (name === "name" && /^(channel|role)_create/.test(example["cmd"])) frame[name] = random.text(6, "abcdefghij");
    else if (name === "name" && example["cmd"].startsWith("channel_")) frame[name] = random.pick(seen.channels.slice(0, 4));
    else if (name === "role" || (name === "name" && example["cmd"].startsWith("role_"))) frame[name] = random.pick(seen.roles);
  }
  if ("old_password" in frame && seen.users.length)
    frame["old_password"] = `secret of ${random.pick(seen.users.slice(-6)).replace("USR:local_", "")}`;
  return frame;
}

/** A request for one command: as it should be, or with a few things wrong. */
function request(random: Random, cmd: string, fields: Record<string, z.ZodType>, like: readonly Frame[], seen: Seen): Frame {
  let frame: Frame = { cmd };
  if (like.length && random.chance(0.7)) frame = fitted(random, random.pick(like), seen);
  else for (const [name, schema] of Object.entries(fields)) if (name !== "cmd") frame[name] = fitting(random, name, schema, seen);
  if (random.chance(0.5)) return frame;
  const names = [...Object.keys(fields).filter((name) => name !== "cmd"), ...(random.chance(0.3) ? COMMON : [])];
  for (let changes = random.int(1, 3); changes > 0 && names.length; changes--) {
    const name = random.pick(names);
    if (random.chance(0.2)) delete frame[name];
    else if (random.chance(0.25))
      frame[name] = random.pick<unknown>([...seen.channels, ...seen.messages, ...seen.users, ...seen.roles]);
    else frame[name] = nasty(random);
  }
  return frame;
}

/** What takes away the ground the other requests stand on; asked less often. */
const UPHEAVALS = new Set([
  "user_leave",
  "user_ban",
  "user_kick",
  "user_timeout",
  "channel_delete",
  "role_delete",
  "role_set",
  "password_set",
]);

/** Sends `each` requests for every command that is answered, in random order, from three kinds of connection. */
export async function attackCommands(seed: number, each: number): Promise<void> {
  const random = new Random(seed);
  await using arena = await Arena.open();
  const OPEN = {
    view: ["user"],
    send: ["user"],
    delete: ["moderator"],
    pin: ["user"],
    delete_own: ["user"],
    edit_own: ["user"],
    react: ["user"],
  };
  await arena.addChannel("hall", OPEN);
  await arena.addChannel("staff", { view: ["moderator"], send: ["moderator"] });
  const seen = new Seen();
  const commands = [...arena.app.originchats.commands.values()].map(({ name, request: schema }) => ({
    name,
    fields: fieldsOf(schema),
  }));
  const known = await examples();
  const doors = ["login", "register", "ping"].map((name) => ({ name, fields: {} as Record<string, z.ZodType> }));
  const calm = commands.filter(({ name }) => !UPHEAVALS.has(name));
  const rounds = each * (commands.length + doors.length);
  for (let n = 0; n < rounds; n++) {
    const { name, fields } = random.pick(random.chance(0.9) ? [...commands, ...calm, ...calm] : doors);
    const which: Seat = random.pick(["member", "member", "owner", "owner", "ghost"]);
    if (n % 20 === 0) {
      for (const channel of ["general", "hall"]) await arena.addChannel(channel, OPEN);
      await arena.addForum("ideas", { ...OPEN, create_thread: ["user"] });
    }
    const frame = request(random, name, fields, known.get(name) ?? [], seen);
    const text = JSON.stringify(frame);
    await seeded(seed, `request ${n} from the ${which}, ${shortened(text)}`, async () => {
      const client = await arena.seat(which);
      seen.learn({ user: client.name, username: `USR:local_${client.name}` });
      for (const answer of await arena.send(client, text)) seen.learn(answer);
      if (n % 50 === 49) await arena.examine();
    });
  }
  await seeded(seed, "at the end", () => arena.examine());
}
