import { consoleActor } from "../../src/app.ts";
import { channelKey } from "../../src/domain/channels/access.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { channelByRef } from "../../src/domain/channels/statements.ts";
import { grantRole, roleByName } from "../../src/domain/roles/statements.ts";
import { Refusal } from "../../src/kernel/refusal.ts";
import { Batch, read } from "../../src/storage/store.ts";
import { expectDeclaredData } from "../support/declared-data.ts";
import { type Frame, type TestClient, TestDoor } from "../support/originchats.ts";
import { putTextChannel } from "../support/text-channel.ts";
import { type SomeSettings, type TestApp, testApp } from "../support/world.ts";

/** What may be answered to one request before it counts as too much, in characters. */
const LARGEST_REFUSAL = 4096;
const LARGEST_FRAME = 2 * 1024 * 1024;
/** Turns of the loop after which a connection that has not answered counts as stuck. */
const PATIENCE = 100_000;
/** The channel and the member that no attack names. */
const QUIET = "a-quiet-corner";
const WITNESS = "witness";

const channelPositions = read<{ community: string }, { position: number }>(
  "select position from channel where community = :community order by position",
  "position",
);
const rolePositions = read<{ community: string }, { position: number }>(
  "select position from role where community = :community order by position",
  "position",
);
const homelessMessages = read<{ community: string }, { id: string }>(
  "select m.id from message m left join channel c on c.id = m.channel where c.id is null or c.community <> :community",
);
const homelessThreadMessages = read<{ community: string }, { id: string }>(
  `select m.id from message m left join thread t on t.id = m.place and t.channel = m.channel
   where m.place <> m.channel and (t.id is null or :community is null)`,
);
const lostReactions = read<{ community: string }, { message: string }>(
  "select x.message from reaction x left join message m on m.id = x.message where m.id is null or :community is null",
);

export type Seat = "member" | "owner" | "ghost";

/** A chat under attack: some clients to attack from, one who only talks, and what must hold after every frame. */
export class Arena implements AsyncDisposable {
  readonly #seats = new Map<Seat, TestClient>();
  #names = 0;
  #witness!: TestClient;
  #said = 0;

  private constructor(
    readonly app: TestApp,
    readonly door: TestDoor,
  ) {}

  static async open(settings: SomeSettings = {}): Promise<Arena> {
    const app = await testApp(settings);
    const arena = new Arena(app, new TestDoor(app));
    await arena.addChannel(QUIET, { view: ["owner"], send: ["owner"] });
    arena.#witness = await arena.owner(WITNESS);
    return arena;
  }

  /** A text channel with rules of its own, placed last; nothing when there is one of that name. */
  async addChannel(name: string, rules: Record<string, readonly string[]>): Promise<void> {
    const { app } = this;
    const known = await app.kernel.world.store.one(channelByRef, {
      community: app.community.id,
      ref: name,
      key: channelKey(name),
    });
    if (known) return;
    const position = (await app.kernel.world.store.all(channelPositions, { community: app.community.id })).length;
    const { id, now, store } = app.kernel.world;
    await putTextChannel(store, app.community.id, { id: id(), name, position, rules, at: now(), seed: id() });
    await app.hub.reshape();
  }

  /** A forum; nothing when there is a channel of that name. */
  async addForum(name: string, rules: Record<string, string[]>): Promise<void> {
    const { kernel, community } = this.app;
    try {
      await kernel.invoke(createChannel, consoleActor(community.id), { name, kind: "forum", rules });
    } catch (why) {
      if (!(why instanceof Refusal && why.code === "conflict")) throw why;
    }
  }

  /** Somebody signed in who holds a role besides those everybody gets. */
  async holder(name: string, roleName: string): Promise<TestClient> {
    const { store } = this.app.kernel.world;
    const community = this.app.community.id;
    const client = await this.door.signedIn(name);
    const role = await store.one(roleByName, { community, key: roleName });
    if (!role) throw new Error(`there is no role ${roleName}`);
    const user = client.connection.actor.id;
    await store.commit(new Batch().add(grantRole, { community, user, role: role.id, place: 9 }));
    await this.app.hub.reshape(user);
    return client;
  }
  owner(name: string): Promise<TestClient> {
    return this.holder(name, "owner");
  }

  /** Whoever sits there now; a new account when the last one was thrown out. */
  async seat(which: Seat): Promise<TestClient> {
    let client = this.#seats.get(which);
    if (client && !client.closed && (which === "ghost") === (client.connection.actor.kind === "anonymous")) return client;
    const name = `${which}-${++this.#names}`;
    this.app.clock.advance(60_000);
    client =
      which === "ghost" ? this.door.connect(name, `192.0.2.${1 + (this.#names % 250)}`)
      : which === "owner" ? await this.owner(name)
      : await this.door.signedIn(name); // prettier-ignore
    if (which === "ghost") await client.arrived();
    this.#seats.set(which, client);
    return client;
  }

  /** Sends one text and gives the answers. Throws when there are none, when one is too large, or when the server made a mistake. */
  async send(client: TestClient, text: string): Promise<Frame[]> {
    this.app.clock.advance(250);
    const mistakes = this.app.log.lines.length;
    client.sendText(text);
    const frames = (await within(client.arrived())).filter((frame) => !isHeartbeat(frame));
    for (const { level, event, fields } of this.app.log.lines.slice(mistakes))
      if (level === "error") throw new Error(`${event}: ${inspect(fields)}`);
    if (!frames.length && !client.closed) throw new Error("not answered");
    for (const frame of frames) {
      const refused = ["error", "auth_error", "rate_limit"].includes(frame["cmd"]);
      const size = JSON.stringify(frame).length;
      if (size > (refused ? LARGEST_REFUSAL : LARGEST_FRAME))
        throw new Error(`answered with ${size} characters of ${frame["cmd"]}`);
    }
    return frames;
  }

  /** The server still serves, and what it keeps still hangs together. */
  async examine(): Promise<void> {
    for (const key in {}) throw new Error(`every object has a ${key} now`);
    for (const key of ["polluted", "cmd", "id", "name"]) if (key in {}) throw new Error(`every object has a ${key} now`);
    const content = `still here ${++this.#said}`;
    this.app.clock.advance(10_000);
    await within(this.#witness.arrived());
    const answers = await this.send(
      this.#witness,
      JSON.stringify({ cmd: "message_new", channel: QUIET, content, listener: content }),
    );
    const answer = answers.find(({ cmd }) => cmd === "message_new");
    if (answer?.["message"]?.content !== content || answer["listener"] !== content)
      throw new Error(`the witness spoke and heard ${JSON.stringify(answers)}`);
    const pages = await this.send(this.#witness, JSON.stringify({ cmd: "messages_get", channel: QUIET, limit: 1 }));
    const page = pages.find(({ cmd }) => cmd === "messages_get");
    if (page?.["messages"]?.[0]?.content !== content) throw new Error(`the witness read ${JSON.stringify(pages)}`);
    const { store } = this.app.kernel.world;
    const community = this.app.community.id;
    for (const [what, positions] of Object.entries({
      channels: await store.all(channelPositions, { community }),
      roles: await store.all(rolePositions, { community }),
    }))
      if (positions.some(({ position }, at) => position !== at))
        throw new Error(`${what} stand at ${positions.map(({ position }) => position).join(", ")}`);
    const homeless = [
      ...(await store.all(homelessMessages, { community })),
      ...(await store.all(homelessThreadMessages, { community })),
    ];
    if (homeless.length) throw new Error(`${homeless.length} messages are in no channel`);
    if ((await store.all(lostReactions, { community })).length)
      throw new Error("reactions are left over from messages that are gone");
    expectDeclaredData(this.app.happened.splice(0));
    this.app.log.lines.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
  }
}

const isHeartbeat = (frame: Frame): boolean => frame["cmd"] === "ping" && Object.keys(frame).length === 1;

const inspect = (fields: unknown): string => Bun.inspect(fields, { depth: 4 }).slice(0, 4000);

/** Waits, but not for ever. */
export async function within<T>(answer: Promise<T>): Promise<T> {
  const waiting = { over: false };
  const stuck = (async (): Promise<never> => {
    for (let turn = 0; turn < PATIENCE; turn++) {
      await new Promise((go) => setImmediate(go));
      if (waiting.over) return undefined as never;
    }
    throw new Error("the connection is stuck");
  })();
  return Promise.race([answer.finally(() => (waiting.over = true)), stuck]);
}

/** Adds to a failure what makes it happen again. */
export async function seeded(seed: number, what: string, play: () => Promise<void>): Promise<void> {
  try {
    await play();
  } catch (why) {
    throw new Error(`seed ${seed}, ${what}: ${why instanceof Error ? why.message : String(why)}`, { cause: why });
  }
}

/** A frame as it is shown in a failure. */
export const shortened = (text: string): string =>
  text.length <= 600 ? text : `${text.slice(0, 400)} … ${text.length} characters … ${text.slice(-100)}`;
