import { FIRST_ROLES } from "../../domain/community/first.ts";
import { OWNER } from "../../domain/roles/permissions.ts";
import { RoleName } from "../../domain/roles/role-fields.ts";
import { nameKey } from "../../domain/users/user.ts";
import { Batch } from "../../storage/store.ts";
import type { Import } from "./import.ts";
import { allRoles, dropRoles, placeRole, presentRoles, putRole, reviseRoles } from "./statements.ts";
import { derivedId, freeName, isRaw, numberOf, type Raw, textOf, textsOf } from "./values.ts";

/** The mark of a ban among a user's roles; no role (reference/originchats.md §5.2). */
export const BANNED = "banned";

/** Roles by the name they have in the source. */
export type Roles = ReadonlyMap<string, { readonly id: string; readonly name: string }>;

const PERMISSION = /^[a-z][a-z_]{0,49}$/;
const MOST_PERMISSIONS = 100;
const LONGEST = 50;

/**
 * Roles with their ids and order, and those that are gone but still held: users keep the names of deleted roles, and channels' rules go by names,
 * so such a name still opens channels (reference/originchats.md §11.1).
 * @param users the records of users.json.
 */
export async function importRoles({ folder, source, target, tally, fresh }: Import, users: readonly Raw[]): Promise<Roles> {
  const { store, community } = target;
  const { file, rows } = await source.roles();
  const found = Object.entries(rows).map(([name, raw], index) => ({ name, raw, index }));
  const known = new Set(Object.keys(rows));
  const orphans = new Set(users.flatMap((user) => textsOf(user["roles"])).filter((name) => name !== BANNED && !known.has(name)));
  tally.count("roles", "read", found.length);

  const there = await store.all(allRoles, { community });
  const byId = new Map(there.map((role) => [role.id, role]));
  const byKey = new Map(there.map((role) => [role.name_key, role]));
  const replaced = new Set<string>();
  const taken = new Set(there.map(({ name_key }) => name_key));
  const roles = new Map<string, { id: string; name: string }>();
  const put: ({ id: string; name: string } & ReturnType<typeof fields>)[] = [];
  const had = (
    await store.all(presentRoles, { ids: found.flatMap(({ raw }) => (isRaw(raw) ? (textOf(raw["id"], 100) ?? []) : [])) })
  ).map(({ id }) => id);
  const usedIds = new Set(had);

  const place = ({ raw, index }: { raw: unknown; index: number }) =>
    isRaw(raw) ? (numberOf(raw["position"]) ?? 1e6 + index) : 1e6 + index;
  const ordered = found.toSorted((a, b) => place(a) - place(b) || a.index - b.index);
  /** Names that the core knows keep theirs, whoever else looks like them. */
  const fixed = (name: string) => (FIRST_ROLES.some((role) => role.name === name) ? 0 : 1);
  const names = new Map<string, string>();
  for (const { name } of ordered.toSorted((a, b) => fixed(a.name) - fixed(b.name))) {
    const key = nameKey(name);
    const own = { id: isRaw(rows[name]) ? textOf(rows[name]["id"], 100) : undefined };
    const same = (own.id !== undefined && byId.get(own.id)) || undefined;
    const alike = byKey.get(key);
    if (same) names.set(name, same.name);
    else if (alike && !replaced.has(alike.id) && (name === OWNER) === (alike.name === OWNER)) {
      names.set(name, name);
      if (fresh) replaced.add(alike.id);
      else roles.set(name, { id: alike.id, name: alike.name });
    } else {
      const proper = RoleName.safeParse(name).data ?? properName(name);
      const free = freeName(proper, (one) => !taken.has(nameKey(one)) && nameKey(one) !== OWNER, LONGEST);
      taken.add(nameKey(free));
      names.set(name, free);
      if (free !== name)
        tally.repair("roles", file, undefined, `the role name ${JSON.stringify(name)}`, `called ${JSON.stringify(free)}`);
    }
  }

  for (const { name, raw } of ordered) {
    const mapped = roles.get(name);
    const id = (isRaw(raw) && textOf(raw["id"], 100)) || derivedId("role", community, name);
    if (mapped || byId.has(id)) {
      roles.set(name, mapped ?? { id, name: byId.get(id)!.name });
      tally.count("roles", "present");
      continue;
    }
    if (!isRaw(raw)) {
      tally.skip("roles", file, undefined, `the role ${JSON.stringify(name)} is no object`);
      continue;
    }
    const own = usedIds.has(id) ? derivedId("role", community, name) : id;
    if (own !== id) tally.repair("roles", file, undefined, `the role ${JSON.stringify(name)} has another's id`, "given its own");
    usedIds.add(own);
    const role = { id: own, name: names.get(name)! };
    roles.set(name, role);
    put.push({
      ...role,
      ...fields(raw, (what, done) => tally.repair("roles", file, undefined, `${what} of the role ${JSON.stringify(name)}`, done)),
    });
  }
  for (const name of orphans) {
    tally.count("roles", "read");
    const existing = byKey.get(nameKey(name));
    // Whoever held a role when it was deleted holds its name, and none of its permissions; but for `owner` the name alone is enough.
    if (existing?.name === name && (found.length === 0 || name === OWNER)) {
      roles.set(name, existing);
      tally.count("roles", "present");
      continue;
    }
    const id = derivedId("role", community, name);
    if (byId.has(id)) {
      roles.set(name, { id, name: byId.get(id)!.name });
      tally.count("roles", "present");
      continue;
    }
    if (fresh && existing?.name === name) {
      replaced.add(existing.id);
      taken.delete(nameKey(name));
    }
    const free = freeName(RoleName.safeParse(name).data ?? properName(name), (one) => !taken.has(nameKey(one)), LONGEST);
    taken.add(nameKey(free));
    tally.repair(
      "roles",
      folder.shown("users.json"),
      undefined,
      `users hold the role ${JSON.stringify(name)}, which is not there`,
      `made as ${JSON.stringify(free)}, without permissions`,
    );
    roles.set(name, { id, name: free });
    put.push({ id, name: free, ...fields({}, () => {}) });
  }

  if (put.length) {
    const staying = there.filter(({ id }) => !replaced.has(id));
    const first = fresh ? staying.filter(({ name }) => name === OWNER) : staying;
    const last = staying.filter((role) => !first.includes(role));
    const batch = new Batch().add(dropRoles, { ids: [...replaced] });
    put.forEach((role, index) =>
      batch.add(putRole, { ...role, community, key: nameKey(role.name), position: first.length + index }),
    );
    first.forEach(({ id }, position) => batch.add(placeRole, { id, position }));
    last.forEach(({ id }, index) => batch.add(placeRole, { id, position: first.length + put.length + index }));
    batch.add(reviseRoles, { community });
    await store.commit(batch);
    tally.count("roles", "written", put.length);
  }
  for (const { id, name } of there) if (!replaced.has(id) && !roles.has(name)) roles.set(name, { id, name });
  return roles;
}

const properName = (name: string): string => {
  const plain = [...(textOf(name, 200) ?? "")]
    .filter((letter) => !/\p{C}/u.test(letter))
    .join("")
    .replace(/^!+/, "")
    .trim();
  const short = [...plain].slice(0, LONGEST - 8).join("");
  return RoleName.safeParse(short).success ? short : `role ${short}`.trim();
};

/** What a role has besides its id, name and place. */
function fields(raw: Raw, mended: (what: string, done: string) => void) {
  const color = textOf(raw["color"], 100) ?? null;
  const hex = color === null ? null : (/^#[0-9a-f]{6}$/i.exec(color)?.[0] ?? wide(color));
  if (color !== null && color !== "" && hex !== color)
    mended(`the colour ${JSON.stringify(color)}`, hex ? `written ${hex}` : "left out");
  return {
    description: textOf(raw["description"], 500) ?? null,
    color: hex,
    hoisted: raw["hoisted"] === true ? 1 : 0,
    selfAssignable: raw["self_assignable"] === true ? 1 : 0,
    category: textOf(raw["category"], LONGEST) ?? null,
    permissions: JSON.stringify(permissions(raw["permissions"], mended)),
  };
}

const wide = (color: string): string | null =>
  /^#[0-9a-f]{3}$/i.test(color) ? `#${[...color.slice(1)].map((digit) => digit + digit).join("")}` : null;

/** A list of permissions; an object in old data, whose keys count unless they say no (reference/originchats.md §5.4). */
function permissions(value: unknown, mended: (what: string, done: string) => void): string[] {
  let names = textsOf(value);
  if (isRaw(value)) {
    names = Object.entries(value)
      .filter(([, given]) => given !== false && given !== null)
      .map(([name]) => name);
    mended("permissions written as an object", "read as a list");
  }
  const good = [...new Set(names)].filter((name) => PERMISSION.test(name)).slice(0, MOST_PERMISSIONS);
  if (good.length < new Set(names).size) mended("a permission that is no name of one", "left out");
  return good;
}
