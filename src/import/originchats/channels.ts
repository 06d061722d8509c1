import { ChannelName, CHANNEL_KINDS, type ChannelKind } from "../../domain/channels/channel.ts";
import { FIRST_CHANNELS } from "../../domain/community/first.ts";
import { CHANNEL_ACTIONS, OWNER, type ChannelRules } from "../../domain/roles/permissions.ts";
import { SYSTEM } from "../../domain/users/user.ts";
import { Batch } from "../../storage/store.ts";
import type { Import } from "./import.ts";
import type { Roles } from "./roles.ts";
import { allChannels, dropChannels, putChannel } from "./statements.ts";
import { derivedId, freeName, isRaw, numberOf, type Raw, textOf } from "./values.ts";

/** Channels by the name they have in the source. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
}
export type Channels = ReadonlyMap<string, Channel>;

/** Kinds that only clients know (reference/originchats.md §5.6). */
const KINDS: ReadonlyMap<string, ChannelKind> = new Map([
  ["chat", "text"],
  ["category", "separator"],
]);
const channelKey = (name: string): string => name.normalize("NFKC").toLowerCase();
/** Fields of a channel that are read; others were put there by the reference's unchecked updates. */
const KNOWN = new Set([
  "type",
  "name",
  "description",
  "display_name",
  "permissions",
  "size",
  "icon",
  "position",
  "id",
  "created_at",
  "last_message",
]);

/** Channels in their order, with rules; and a channel for the history of those that are gone from the list. */
export async function importChannels({ source, target, tally, fresh }: Import, roles: Roles): Promise<Channels> {
  const { store, community, now } = target;
  const { file, rows } = await source.channels();
  const there = await store.all(allChannels, { community });
  const first = fresh ? there.filter(({ name }) => FIRST_CHANNELS.some((one) => one.name === name)) : [];
  const staying = there.filter((channel) => !first.includes(channel));
  const byId = new Map(staying.map((channel) => [channel.id, channel]));
  const byKey = new Map(staying.map((channel) => [channel.name_key, channel]));
  const taken = new Set(byKey.keys());
  const channels = new Map<string, Channel>();
  const batch = new Batch();
  if (first.length) batch.add(dropChannels, { ids: first.map(({ id }) => id) });
  let position = staying.length;
  let written = 0;

  const add = (
    given: string,
    raw: Raw,
    line: number | undefined,
    kind: ChannelKind,
    id: string,
    mended: (what: string, done: string) => void,
  ) => {
    const wanted = given === "" ? "" : (ChannelName.safeParse(given).data ?? properName(given));
    const free = wanted === "" ? "" : freeName(wanted, (one) => !taken.has(channelKey(one)), 100);
    if (free !== given)
      mended(
        `the channel name ${JSON.stringify(given)}${wanted === free ? "" : " is another's but for its letters' case"}`,
        `called ${JSON.stringify(free)}`,
      );
    const key = free === "" ? id : channelKey(free);
    taken.add(key);
    const strange = Object.keys(raw).filter((name) => !KNOWN.has(name));
    if (strange.length)
      tally.find(
        file,
        line,
        `fields of the channel ${JSON.stringify(given)} that no channel has: ${strange.slice(0, 10).join(", ")}`,
        "left out",
      );
    const size = numberOf(raw["size"]);
    batch.add(putChannel, {
      id,
      community,
      kind,
      name: free,
      key,
      displayName: textOf(raw["display_name"], 100) ?? null,
      description: textOf(raw["description"], 1000) ?? null,
      icon: textOf(raw["icon"], 2000) ?? null,
      size: size !== undefined && size >= 0 && size <= 1000 ? size : null,
      position: position++,
      rules: JSON.stringify(rulesOf(raw["permissions"], roles, mended)),
      at: now,
    });
    written++;
    return { id, name: free, kind };
  };

  for (const [index, raw] of rows.entries()) {
    tally.count("channels", "read");
    const line = index + 1;
    if (!isRaw(raw)) {
      tally.skip("channels", file, line, "no object");
      continue;
    }
    const mended = (what: string, done: string) => tally.repair("channels", file, line, what, done);
    const type = textOf(raw["type"], 50) ?? "text";
    const kind = CHANNEL_KINDS.find((one) => one === type) ?? KINDS.get(type) ?? "text";
    const name = textOf(raw["name"], 1000) ?? "";
    if (name === "" && kind !== "separator") {
      tally.skip("channels", file, line, `a channel of the type ${type} without a name`);
      continue;
    }
    if (name !== "" && channels.has(name)) {
      tally.skip("channels", file, line, `a second channel called ${JSON.stringify(name)}`);
      continue;
    }
    const id = derivedId("channel", community, name === "" ? `separator ${index}` : name);
    const had = byId.get(id) ?? (name === "" ? undefined : byKey.get(channelKey(name)));
    if (had) {
      if (name !== "") channels.set(name, { id: had.id, name: had.name, kind: had.kind as ChannelKind });
      tally.count("channels", "present");
      continue;
    }
    if (kind !== type) mended(`the channel type ${JSON.stringify(type)}`, `read as ${kind}`);
    const channel = add(name, raw, line, kind, id, mended);
    if (name !== "") channels.set(name, channel);
  }

  for (const name of await source.written()) {
    if (channels.has(name)) continue;
    tally.count("channels", "read");
    const id = derivedId("channel", community, name);
    const had = byId.get(id);
    if (had) {
      channels.set(name, { id: had.id, name: had.name, kind: had.kind as ChannelKind });
      tally.count("channels", "present");
      continue;
    }
    const hidden = { view: [OWNER], send: [OWNER] };
    const mended = (what: string, done: string) => tally.repair("channels", file, undefined, what, done);
    mended(`messages of ${JSON.stringify(name)}, which is not in the list`, "kept in a channel that only the owner sees");
    channels.set(name, add(name, { permissions: hidden }, undefined, "text", id, mended));
  }
  await store.commit(batch);
  tally.count("channels", "written", written);
  return channels;
}

/** Names never become paths here; a name that would be one elsewhere is written flat. */
function properName(name: string): string {
  const flat = [...name.normalize("NFKC")]
    .filter((letter) => !/[\p{C}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u.test(letter))
    .join("");
  const plain = flat
    .replaceAll(/[/\\]+/g, "-")
    .replace(/^[.\s-]+/, "")
    .trim()
    .slice(0, 90);
  return ChannelName.safeParse(plain).data ?? `channel-${plain}`.slice(0, 90);
}

const MOST_NAMES = 100;

/** Rules by the roles' names of here, `!role` included. A name of no role opens nothing and is forgotten. */
function rulesOf(value: unknown, roles: Roles, mended: (what: string, done: string) => void): ChannelRules {
  if (!isRaw(value)) return {};
  const rules: { [action in (typeof CHANNEL_ACTIONS)[number]]?: string[] } = {};
  for (const action of CHANNEL_ACTIONS) {
    const given = value[action];
    if (given === undefined || given === null) continue;
    const names =
      typeof given === "string" ? [given] : Array.isArray(given) ? given.filter((one) => typeof one === "string") : undefined;
    if (!names) {
      mended(`the rule ${action} is no list`, "left out");
      continue;
    }
    const kept = names.flatMap((name: string) => {
      const denies = name.startsWith("!") && !roles.has(name);
      const role = roles.get(denies ? name.slice(1) : name);
      return role ? `${denies ? "!" : ""}${role.name}` : [];
    });
    if (kept.length < names.length) mended(`the rule ${action} names roles that are not there`, "those names were left out");
    rules[action] = [...new Set(kept)].slice(0, MOST_NAMES);
  }
  return rules;
}

/** The first message of an empty place, the server's own (reference/originchats.md §10.5 rule 1). */
export const beginning = (channel: string, place: string, title: string, at: number) => ({
  id: derivedId("beginning", place),
  channel,
  place,
  author: SYSTEM.id,
  content: `This is the beginning of ${title}.`,
  at,
  editedAt: null,
  replyTo: null,
  replyAuthor: null,
  replyPing: 0,
  pinnedAt: null,
  embeds: null,
  extra: null,
});
