import type { Frame, TestClient } from "../support/originchats.ts";
import { Arena, seeded } from "./arena.ts";
import { Random } from "./random.ts";

interface Said {
  readonly id: string;
  readonly user: string;
  content: string;
}
/** A channel as it should be: who may do what in it, and what was said. */
interface Room {
  readonly view: readonly string[];
  readonly send: readonly string[];
  said: Said[];
}
interface Person {
  readonly name: string;
  readonly roles: readonly string[];
  client: TestClient;
  /** What this client would show: the page it fetched when it came, and what it was sent since. */
  shown: Map<string, Said[]>;
}

const PAGE = 200;
/** Letters that are lost or changed where text is not carried with care: NUL, controls, half of a surrogate pair, marks, directions. */
const HARD_LETTERS = "\0\u0001\u007f\u0085\u2028\u202E\uFEFF\uFFFDe\u0301😀👨‍👩‍👧\ud83d\ude00x";
const brief = ({ id, user, content }: Frame): Said => ({ id, user, content }) as Said;
const may = (person: Person, roles: readonly string[]): boolean => person.roles.some((role) => roles.includes(role));

/**
 * Several people write, edit, delete, read, leave and come back at random, in channels that not all may see. After every step each one's
 * picture (the page they fetched and the frames they were sent since) is what a small model says it must be.
 */
export async function playConversation(seed: number, steps: number): Promise<void> {
  const random = new Random(seed);
  await using arena = await Arena.open();
  const able = (command: string) => arena.app.originchats.commands.has(command);
  const rooms: Record<string, Room> = {
    open: { view: ["user"], send: ["user"], said: [] },
    announcements: { view: ["user"], send: ["moderator"], said: [] },
    back: { view: ["moderator"], send: ["moderator"], said: [] },
  };
  for (const [name, { view, send }] of Object.entries(rooms))
    await arena.addChannel(name, { view, send, edit_own: ["user"], delete_own: ["user"], delete: ["moderator"] });

  const people: Person[] = [];
  const arrive = async (person: Person) => {
    arena.app.clock.advance(60_000);
    person.client = await arena.door.signedIn(person.name);
    person.shown = new Map();
    for (const name of Object.keys(rooms)) person.shown.set(name, await history(arena, person, name));
  };
  for (const [name, roles] of [
    ["ann", ["user"]],
    ["ben", ["user"]],
    ["cid", ["user", "moderator"]],
    ["dee", ["user", "moderator"]],
  ] as const) {
    const client = roles.length > 1 ? await arena.holder(name, "moderator") : await arena.door.signedIn(name);
    const person: Person = { name, roles, client, shown: new Map() };
    people.push(person);
    await arrive(person);
    for (const [place, room] of Object.entries(rooms)) if (may(person, room.view)) room.said = [...person.shown.get(place)!];
  }

  for (let step = 0; step < steps; step++) {
    const person = random.pick(people);
    const [place, room] = random.pick(Object.entries(rooms));
    const content = random.text(random.int(1, 80), random.chance(0.8) ? undefined : HARD_LETTERS).trim() || "x";
    await seeded(seed, `step ${step}: ${person.name} in ${place}`, async () => {
      const mine = room.said.filter(({ user }) => user === `USR:local_${person.name}`);
      const chosen = random.int(0, 9);
      if (chosen <= 5 || !mine.length) {
        const frames = await arena.send(person.client, JSON.stringify({ cmd: "message_new", channel: place, content }));
        const own = frames.filter(({ cmd, channel }) => cmd === "message_new" && channel === place);
        const allowed = may(person, room.view) && may(person, room.send);
        if (own.length !== (allowed ? 1 : 0))
          throw new Error(`may ${allowed ? "" : "not "}send, and heard ${JSON.stringify(frames)}`);
        if (allowed) room.said.push(brief(own[0]!["message"]));
        hear(person, frames);
      } else if (chosen <= 6 && able("message_edit")) {
        const one = random.pick(mine);
        hear(
          person,
          await arena.send(person.client, JSON.stringify({ cmd: "message_edit", channel: place, id: one.id, content })),
        );
        const kept = content.toWellFormed().replaceAll("\0", "\uFFFD");
        room.said = room.said.map((said) => (said.id === one.id ? { ...said, content: kept } : said));
      } else if (chosen <= 7 && able("message_delete")) {
        const one = random.pick(mine);
        hear(person, await arena.send(person.client, JSON.stringify({ cmd: "message_delete", channel: place, id: one.id })));
        room.said = room.said.filter(({ id }) => id !== one.id);
      } else if (chosen === 8) {
        const limit = random.int(1, PAGE);
        const start = random.int(0, 5);
        const request = { cmd: "messages_get", channel: place, limit, start };
        const page = (await arena.send(person.client, JSON.stringify(request))).find(({ cmd }) => cmd === "messages_get");
        const got = page?.["messages"]?.map(brief);
        const end = room.said.length - start;
        const wanted = may(person, room.view) ? room.said.slice(Math.max(0, end - limit), Math.max(0, end)) : undefined;
        same(got, wanted, `the page from ${start} of ${limit}`);
      } else {
        await person.client.leave();
        await arrive(person);
      }
      for (const other of people) {
        hear(other, await other.client.arrived());
        for (const [name, { said, view }] of Object.entries(rooms))
          same(
            other.shown.get(name)!.slice(-PAGE),
            may(other, view) ? said.slice(-PAGE) : [],
            `what ${other.name} sees in ${name}`,
          );
      }
    });
  }
  await seeded(seed, "at the end", async () => {
    for (const person of people)
      for (const [name, { said, view }] of Object.entries(rooms))
        same(
          await history(arena, person, name),
          may(person, view) ? said.slice(-PAGE) : [],
          `the history of ${name} for ${person.name}`,
        );
    await arena.examine();
  });
}

/** The newest page of a channel; empty where the person may not look. */
async function history(arena: Arena, { client }: Person, channel: string): Promise<Said[]> {
  const frames = await arena.send(client, JSON.stringify({ cmd: "messages_get", channel, limit: PAGE }));
  return frames.find(({ cmd }) => cmd === "messages_get")?.["messages"].map(brief) ?? [];
}

/** Does with live frames what a client does. */
function hear({ shown }: Person, frames: readonly Frame[]): void {
  for (const frame of frames) {
    const said = shown.get(frame["channel"]);
    if (!said) continue;
    if (frame["cmd"] === "message_new") said.push(brief(frame["message"]));
    else if (frame["cmd"] === "message_edit") {
      const edited = said.find(({ id }) => id === frame["id"]);
      if (edited) edited.content = frame["content"] ?? frame["message"]?.content;
    } else if (frame["cmd"] === "message_delete") {
      const at = said.findIndex(({ id }) => id === frame["id"]);
      if (at >= 0) said.splice(at, 1);
    }
  }
}

function same(got: readonly Said[] | undefined, wanted: readonly Said[] | undefined, what: string): void {
  const [has, should] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (has !== should) throw new Error(`${what} is\n${has}\nand should be\n${should}`);
}
