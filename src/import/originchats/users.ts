import { STATUSES, type Realm, nameKey, SYSTEM } from "../../domain/users/user.ts";
import { Batch } from "../../storage/store.ts";
import { commit, type Import, SLICE } from "./import.ts";
import { BANNED, type Roles } from "./roles.ts";
import { allUsers, putBan, putIdentity, putMember, putMemberRole, putUser } from "./statements.ts";
import { freeName, isRaw, momentOf, type Raw, slices, textOf, textsOf } from "./values.ts";

const LOCAL = /^usr:local_/i;
const BCRYPT = /^\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}$/;
const FILE = "users.json";
/** Authors without an account (reference/originchats.md §5.1). */
const PSEUDO: ReadonlySet<string> = new Set(["originChats", "OriginChats", "AutoMod"]);
/** So many accounts with the mark of a ban, and such a share of all, hint at the reference's shared list of roles (§11.1). */
const SUSPICIOUS = { bans: 3, share: 0.1 };

/** Counted no further. */
const MOST_STRANGERS = 100_000;

interface Known {
  readonly id: string;
  readonly name: string;
  readonly realm: Realm;
}

/** Who is meant by an id or a name that stands somewhere in the source. */
export class People {
  /** Who was named and has no account. */
  readonly strangers = new Set<string>();
  readonly #byId = new Map<string, Known>();
  readonly #byUsername = new Map<string, Known>();
  readonly #byKey = new Map<string, Known[]>();

  add(known: Known, username: string): void {
    this.#byId.set(known.id, known);
    for (const name of [username.toLowerCase(), ...(known.realm === "local" ? [`usr:local_${known.name.toLowerCase()}`] : [])])
      if (!this.#byUsername.has(name)) this.#byUsername.set(name, known);
    const key = nameKey(known.name);
    const alike = this.#byKey.get(key);
    if (alike) alike.push(known);
    else this.#byKey.set(key, [known]);
  }
  /** Accounts of a realm. */
  count(realm: Realm): number {
    return [...this.#byId.values()].filter((known) => known.realm === realm).length;
  }
  byId(id: string): Known | undefined {
    return this.#byId.get(id);
  }
  byUsername(username: string): Known | undefined {
    return this.#byUsername.get(username.toLowerCase());
  }
  /** As a mention finds somebody: a Rotur account before a local one. */
  mentioned(name: string, local: boolean): Known | undefined {
    const found = this.#byKey.get(nameKey(name));
    return local ? found?.find(({ realm }) => realm === "local") : (found?.find(({ realm }) => realm === "rotur") ?? found?.[0]);
  }
  /** The id under which an author is kept: the account's, else what was written down; old data names authors by their username. */
  author(written: string): { readonly id: string; readonly how: "id" | "name" | "unknown" } {
    if (this.#byId.has(written)) return { id: written, how: "id" };
    const named = PSEUDO.has(written) ? undefined : this.byUsername(written);
    if (named) return { id: named.id, how: "name" };
    if (!PSEUDO.has(written) && this.strangers.size < MOST_STRANGERS) this.strangers.add(written);
    return { id: written, how: "unknown" };
  }
}

/** Who banned whom, why and when, as far as the moderation log knows. */
type BanLog = ReadonlyMap<string, { readonly by: string; readonly at: number; readonly reason: string | null }>;

export function bansIn(modlog: readonly unknown[]): BanLog {
  const bans = new Map<string, { by: string; at: number; reason: string | null }>();
  for (const entry of modlog) {
    if (!isRaw(entry) || entry["action"] !== "user_ban") continue;
    const target = textOf(entry["target_id"], 200);
    const at = momentOf(entry["timestamp"]);
    const details = isRaw(entry["details"]) ? entry["details"] : {};
    if (target !== undefined && at !== undefined)
      bans.set(target, { by: textOf(entry["actor_id"], 200) ?? SYSTEM.id, at, reason: textOf(details["reason"], 500) ?? null });
  }
  return bans;
}

/** Accounts with their ids, roles, passwords, nicknames, states and bans. */
export async function importUsers(job: Import, records: Raw, roles: Roles, bans: BanLog): Promise<People> {
  const { target, tally, folder } = job;
  const { store, community, now } = target;
  const file = folder.shown(FILE);
  const people = new People();
  const there = await store.all(allUsers, {});
  const present = new Set(there.map(({ id }) => id));
  const taken = new Set(there.map(({ realm, name_key }) => `${realm} ${name_key}`));
  const entries = Object.entries(records);
  let banned = 0;
  let withoutPassword = 0;
  let byName = 0;
  let owners = 0;
  tally.count("users", "read", entries.length);
  let index = 0;
  for (const some of slices(entries, SLICE)) {
    const batch = new Batch();
    let written = 0;
    for (const [key, raw] of some) {
      index++;
      if (!isRaw(raw) || key === "" || key.length > 200) {
        tally.skip("users", file, undefined, `the record ${JSON.stringify(key.slice(0, 200))} is no object with an id`);
        continue;
      }
      const id = textOf(key, 200)!;
      const username = textOf(raw["username"], 200) ?? id;
      const secret = textOf(raw["password_hash"], 200);
      const realm: Realm = secret !== undefined || LOCAL.test(username) ? "local" : "rotur";
      const name = properName(username.replace(LOCAL, "")) || id;
      const held = textsOf(raw["roles"]);
      if (held.includes("owner")) owners++;
      if (held.includes(BANNED)) {
        banned++;
        tally.count("bans", "read");
      }
      if (present.has(id)) {
        people.add({ id, name, realm }, username);
        tally.count("users", "present");
        if (held.includes(BANNED)) tally.count("bans", "present");
        continue;
      }
      const free = freeName(name, (one) => !taken.has(`${realm} ${nameKey(one)}`) && nameKey(one) !== nameKey(SYSTEM.name), 64);
      if (free !== username.replace(LOCAL, ""))
        tally.repair(
          "users",
          file,
          undefined,
          `the user name ${JSON.stringify(username)} (${nameProblem(name, username, free)})`,
          `called ${JSON.stringify(free)}`,
        );
      taken.add(`${realm} ${nameKey(free)}`);
      present.add(id);
      people.add({ id, name: free, realm }, username);
      const at = now - (entries.length - index);
      const avatar = textOf(raw["pfp_url"], 2000);
      const goodAvatar = avatar && avatar.length <= 500 ? avatar : null;
      if (avatar && goodAvatar === null)
        tally.repair("users", file, undefined, `the picture of ${JSON.stringify(username)} is no short address`, "left out");
      batch.add(putUser, { id, realm, name: free, key: nameKey(free), avatar: goodAvatar, at });
      if (realm === "rotur") {
        if (textOf(raw["username"]) === undefined) byName++;
        else batch.add(putIdentity, { kind: "rotur", subject: id, user: id, secret: null, at });
      } else if (secret !== undefined && BCRYPT.test(secret))
        batch.add(putIdentity, { kind: "password", subject: nameKey(free), user: id, secret, at });
      else {
        withoutPassword++;
        if (secret !== undefined)
          tally.repair("users", file, undefined, `the password of ${JSON.stringify(username)} is no bcrypt hash`, "left out");
      }
      const status = isRaw(raw["status"]) ? raw["status"] : {};
      batch.add(putMember, {
        community,
        user: id,
        nickname: properName(textOf(raw["nickname"], 200) ?? "") || null,
        status: STATUSES.find((one) => one === status["status"]) ?? "online",
        statusText: textOf(status["text"], 100) ?? "",
        at,
      });
      const ids = new Set(held.flatMap((role) => roles.get(role)?.id ?? []));
      [...ids].forEach((role, place) => batch.add(putMemberRole, { community, user: id, role, place }));
      if (held.includes(BANNED)) {
        const known = bans.get(id);
        batch.add(putBan, {
          community,
          user: id,
          reason: known?.reason ?? null,
          by: known?.by ?? SYSTEM.id,
          at: known?.at ?? now,
        });
        tally.count("bans", "written");
      }
      written++;
    }
    await commit(store, batch);
    tally.count("users", "written", written);
  }
  if (banned >= SUSPICIOUS.bans && banned > entries.length * SUSPICIOUS.share)
    tally.advice.push(
      `${banned} of ${entries.length} accounts are banned. The old server let accounts share one list of roles, so that banning one could ban many: look through \`chat bans\`, and lift with \`chat unban\` those that nobody meant.`,
    );
  if (withoutPassword)
    tally.advice.push(
      `${withoutPassword} local accounts have no password that can be checked: give them one with \`chat users passwd\`.`,
    );
  if (byName)
    tally.advice.push(
      `${byName} accounts are known by their name only, as servers of 2025 kept them: each belongs to whoever has that name at the Rotur service and signs in first. Take the roles from those that may have changed hands.`,
    );
  if (!owners && entries.length) tally.advice.push("Nobody holds the role owner: give it with `chat roles grant <user> owner`.");
  return people;
}

const nameProblem = (name: string, username: string, free: string): string =>
  free !== name ? "another account's name looks the same" : username.length > 64 ? "too long" : "letters that no name has";

/** A name on one line, without letters that are not seen. */
const properName = (name: string): string => [...name.replaceAll(/\p{C}/gu, "").trim()].slice(0, 64).join("");
