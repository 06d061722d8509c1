import { expect } from "bun:test";
import { operations } from "../../src/domain/index.ts";
import { consoleActor } from "../../src/app.ts";
import { LineClient } from "./linechat.ts";
import type { Client, Frame } from "./originchats.ts";
import { expectDeclaredData } from "./declared-data.ts";
import { FakeRelay } from "./relay.ts";
import { transcriptRotur } from "./rotur.ts";
import type { OpenStage } from "./stage.ts";

/**
 * Runs a conversation of several clients on a stage. A line is one of
 *
 *     # words                               a remark; the first names the conversation and its source
 *     given settings {…}                    settings for this conversation; must come first
 *     given relay                           there is a relay for the media of calls; sessions are named by what they offered it
 *     given <operation> {…}                 the console calls an operation
 *     console calls <operation> {…}         the same in the middle of the conversation: what it causes must be told
 *     alice originchats                     alice connects and signs in (her account is made when there is none); several with commas
 *     alice originchats unsigned            she connects and has said nothing yet
 *     bob linechat                          bob comes to the line chat as a guest
 *     bob linechat in general               … joins the room, and has its chat view open
 *     bob linechat unsigned                 he stands at the door
 *     alice > {…}                           she sends this; text that is not JSON is sent as it stands
 *     alice < {…}                           what she must have been sent since the last step, in order and complete
 *     alice <* {…}                          the same, before or after its neighbours: what the end of a connection brings comes when it comes
 *     bob > text                            on the line chat: he types this line
 *     bob < text                            … this line must have appeared; prompts, empty lines and white space at its end are left out
 *     alice leaves                          she closes her connection
 *     alice is closed                       the server has closed her connection
 *     relay <offer> is live                 the relay hears something from that session (over: no more; speaking, quiet)
 *     relay has <offer>, <offer> silenced   exactly these are connected to it, and these of them silenced
 *     clock +60s                            time passes (ms, s, m, h)
 *     events a.b, c.d                       exactly these happened since the last such line or the start of the conversation proper
 *
 * Where the settings take accounts of a Rotur service, it confirms the validator `ok:<name>` as that name, and is out of reach for `away`.
 *
 * In an expected frame `<name>` stands for any value and must be the same wherever it stands again (`<_>` is never remembered);
 * in a frame that is sent it stands for the value found before. `"...": 0` in an expected object allows further keys. The order of keys does not matter.
 */
export async function runTranscript(text: string, openStage: OpenStage): Promise<void> {
  const lines = text.split("\n").map((line, index) => ({ line: line.trim(), at: index + 1 }));
  const steps = lines.filter(({ line }) => line && !line.startsWith("#"));
  const settings = steps[0]?.line.startsWith("given settings ")
    ? JSON.parse(steps.shift()!.line.slice("given settings ".length))
    : {};
  const relay = steps[0]?.line === "given relay" && steps.shift() ? new FakeRelay() : undefined;
  await using stage = await openStage(
    { ...settings, tcp: { connection_timeout: false, ...settings.tcp } },
    { fetch: transcriptRotur, ...(relay && { relay }) },
  );
  const { app } = stage;
  const clients = new Map<string, Client>();
  const terminals = new Map<string, LineClient>();
  const unreadLines = new Map<string, string[]>();
  const bound = new Map<string, unknown>();
  const unread = new Map<string, Frame[]>();
  let told = 0;

  const settle = async () => {
    // Twice, for what a later one caused may reach an earlier one.
    for (let round = 0; round < 2; round++) {
      for (const [name, client] of terminals)
        unreadLines.set(name, [...(unreadLines.get(name) ?? []), ...(await client.arrived())]);
      for (const [name, client] of clients) unread.set(name, [...(unread.get(name) ?? []), ...(await client.arrived())]);
    }
  };
  const forget = () => {
    for (const waiting of [...unread.values(), ...unreadLines.values()]) waiting.length = 0;
    told = app.happened.length;
  };
  const nothingUnread = (at: number) => {
    for (const [name, waiting] of unreadLines)
      if (waiting.length) throw new Error(`line ${at}: ${name} was shown more than expected:\n${waiting.join("\n")}`);
    for (const [name, frames] of unread)
      if (frames.length)
        throw new Error(`line ${at}: ${name} was sent more than expected: ${frames.map((f) => JSON.stringify(f)).join("\n")}`);
  };
  const clientOf = (name: string, at: number): Client => {
    const client = clients.get(name);
    if (!client) throw new Error(`line ${at}: ${name} is not connected`);
    return client;
  };

  for (const { line, at } of steps) {
    const say = /^(\w+) +(>|<\*?) ?(.*)$/.exec(line);
    const given = /^(given|console calls) ([\w.-]+) (.*)$/.exec(line);
    const clock = /^clock \+(\d+)(ms|s|m|h)$/.exec(line);
    const relayed = /^relay (has|.+ is) ?(.*)$/.exec(line);
    const word = /^(\w+) (leaves|is closed)$/.exec(line);
    const typist = say && terminals.get(say[1]!);
    if (typist && say[2] === ">") {
      nothingUnread(at);
      typist.type(say[3]!);
      await settle();
    } else if (typist) {
      expect(unreadLines.get(say[1]!)!.shift(), `line ${at}`).toBe(say[3]!.trimEnd());
    } else if (say?.[2] === ">") {
      nothingUnread(at);
      clientOf(say[1]!, at).sendText(filled(say[3]!, bound));
      await settle();
    } else if (say) {
      const frames = unread.get(say[1]!) ?? [];
      const want = pattern(say[3]!, at);
      const which =
        say[2] === "<*"
          ? Math.max(
              0,
              frames.findIndex((frame) => isLike(frame, want, bound)),
            )
          : 0;
      const [got] = frames.splice(which, 1);
      if (!got) throw new Error(`line ${at}: ${say[1]} was sent nothing more, expected ${say[3]}`);
      matches(got, want, bound, `line ${at}: expected ${say[3]}\n got ${JSON.stringify(got)}`);
    } else if (given) {
      const op = operations.find(({ name }) => name === given[2]);
      if (!op) throw new Error(`line ${at}: there is no operation ${given[2]}`);
      await app.kernel.invoke(op as any, consoleActor(app.community.id), JSON.parse(given[3]!));
      await settle();
      if (given[1] === "given") forget();
    } else if (relayed?.[1] === "has") {
      expect(relay?.connections.toSorted(), `line ${at}`).toEqual(relayed[2]!.split(", ").filter(Boolean).toSorted());
    } else if (relayed) {
      nothingUnread(at);
      const change = RELAY_SAYS[relayed[2]!];
      if (!relay || !change) throw new Error(`line ${at}: a relay cannot say that, or there is none`);
      relay.sayOf(relayed[1]!.replace(/ is$/, ""), change);
      await settle();
    } else if (clock) {
      nothingUnread(at);
      app.clock.advance(Number(clock[1]) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[clock[2] as "ms" | "s" | "m" | "h"]);
      await settle();
    } else if (word?.[2] === "leaves") {
      nothingUnread(at);
      await (terminals.get(word[1]!) ?? clientOf(word[1]!, at)).leave();
      clients.delete(word[1]!);
      terminals.delete(word[1]!);
      await settle();
    } else if (word) {
      const gone = terminals.get(word[1]!);
      if (gone) expect(gone.closed, `line ${at}: ${word[1]} should be closed`).toBe(true);
      else expect(clientOf(word[1]!, at).closed, `line ${at}: ${word[1]} should be closed`).toBeDefined();
    } else if (line.startsWith("events")) {
      const names = line.slice("events".length).split(",").map((name) => name.trim()).filter(Boolean); // prettier-ignore
      expect(
        app.happened.slice(told).map(({ type }) => type),
        `line ${at}`,
      ).toEqual(names);
      told = app.happened.length;
    } else if (/^\w+ originchats( unsigned)?(, |$)/.test(line)) {
      for (const part of line.split(", ")) {
        const [name, , unsigned] = part.split(" ") as [string, string, string?];
        const client = await stage.connect(name);
        if (!unsigned) await client.signIn();
        clients.set(name, client);
      }
      await settle();
      forget();
    } else if (/^\w+ linechat( unsigned| in \S+)?$/.test(line)) {
      const [name, , how, room] = line.split(" ") as [string, string, string?, string?];
      terminals.set(name, how === "unsigned" ? new LineClient(app, name) : await LineClient.guest(app, name, room));
      await settle();
      if (how !== "unsigned") forget();
    } else throw new Error(`line ${at} is not understood: ${line}`);
  }
  nothingUnread(lines.length);
  expectDeclaredData(app.happened);
}

const RELAY_SAYS: Readonly<Record<string, Parameters<FakeRelay["sayOf"]>[1]>> = {
  live: { kind: "stream", live: true },
  over: { kind: "stream", live: false },
  speaking: { kind: "speaking", speaking: true },
  quiet: { kind: "speaking", speaking: false },
};

/** `<name>` where a JSON value stands. */
const HOLE = /(?<=[:[,]\s*)<(\w+)>(?=\s*[,}\]])/g;

/** What is sent, with the values that names stand for. */
const filled = (text: string, bound: ReadonlyMap<string, unknown>): string =>
  text.replace(HOLE, (hole, name: string) => (bound.has(name) ? JSON.stringify(bound.get(name)) : hole));

function pattern(text: string, at: number): unknown {
  try {
    return JSON.parse(text.replace(HOLE, `"<$1>"`));
  } catch (why) {
    throw new Error(`line ${at}: not JSON: ${text}`, { cause: why });
  }
}

function isLike(got: Frame, want: unknown, bound: ReadonlyMap<string, unknown>): boolean {
  try {
    matches(got, want, new Map(bound), "");
    return true;
  } catch {
    return false;
  }
}

function matches(got: unknown, want: unknown, bound: Map<string, unknown>, where: string): void {
  const hole = typeof want === "string" ? /^<(\w+)>$/.exec(want)?.[1] : undefined;
  if (hole === "_") return;
  if (hole !== undefined) {
    if (!bound.has(hole)) bound.set(hole, got);
    return expect(got, where).toEqual(bound.get(hole));
  }
  if (Array.isArray(want)) {
    if (!Array.isArray(got) || got.length !== want.length) return expect(got, where).toEqual(want);
    return want.forEach((one, index) => matches(got[index], one, bound, where));
  }
  if (typeof want === "object" && want !== null) {
    if (typeof got !== "object" || got === null || Array.isArray(got)) return expect(got, where).toEqual(want);
    const { "...": open, ...keys } = want as Frame;
    if (open === undefined) expect(Object.keys(got).toSorted(), where).toEqual(Object.keys(keys).toSorted());
    for (const [key, value] of Object.entries(keys)) matches((got as Frame)[key], value, bound, where);
    return;
  }
  expect(got, where).toEqual(want);
}
