import { z } from "zod";

/**
 * Where an account comes from. A name is unique within its realm; the same name may exist in two.
 * `local`: a password of this instance. `rotur`: confirmed by a Rotur service. `console`: the machine's operator.
 */
export const REALMS = ["local", "rotur", "openchat", "guest"] as const;
export type Realm = (typeof REALMS)[number];

/** Who is named beside a message or an act. `realm` is null for authors without an account (the system, a webhook, somebody removed). */
export const Speaker = z.object({ id: z.string(), name: z.string(), realm: z.enum(REALMS).nullable() });
export type Speaker = z.output<typeof Speaker>;

/** The author of the server's own messages. */
export const SYSTEM: Speaker = { id: "originChats", name: "originChats", realm: null };

export const STATUSES = ["online", "idle", "dnd", "offline", "invisible"] as const;
export const Status = z.object({ status: z.enum(STATUSES), text: z.string() });
export type Status = z.output<typeof Status>;

/** How somebody wants to be called, in characters as originChats' `/nick` counts them (reference/originchats.md §9.4). */
export const Nickname = z
  .string()
  .max(200)
  .trim()
  .min(1, "nickname.empty")
  .refine((name) => [...name].length <= 20, "nickname.length")
  .refine((name) => !/\p{C}/u.test(name), "nickname.letters");

/** A user as members of a community see them. */
export const MemberView = z.lazy(() =>
  z.object({
    user: Speaker,
    nickname: z.string().nullable(),
    avatar: z.string().nullable(),
    /** Role names in the order in which they are held. */
    roles: z.array(z.string()),
    /** The colour of the first role held, `#RRGGBB`. */
    color: z.string().nullable(),
    status: Status,
  }),
);
export type MemberView = z.output<typeof MemberView>;

/** The form in which names are compared: case, compatibility forms and look-alikes folded away (`Alice`, `ALICE`, `аlice` are one name). */
export function nameKey(name: string): string {
  const folded = name.normalize("NFKC").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  let key = "";
  for (const letter of folded) key += LOOK_ALIKES.get(letter) ?? letter;
  return key;
}

/** Cyrillic and Greek letters that cannot be told from Latin ones in common fonts (Unicode UTS #39, the single-letter part that names meet). */
const LOOK_ALIKES = new Map(
  [
    ["аα", "a"],
    ["вβ", "b"],
    ["сϲ", "c"],
    ["ԁ", "d"],
    ["еҽ", "e"],
    ["ɡ", "g"],
    ["һ", "h"],
    ["іιı", "i"],
    ["јϳ", "j"],
    ["кκ", "k"],
    ["ӏ", "l"],
    ["м", "m"],
    ["п", "n"],
    ["оοσօ", "o"],
    ["рρ", "p"],
    ["ԛ", "q"],
    ["ѕ", "s"],
    ["тτ", "t"],
    ["υս", "u"],
    ["ѵν", "v"],
    ["ԝω", "w"],
    ["хχ", "x"],
    ["уγ", "y"],
  ].flatMap(([from, to]) => [...from!].map((letter) => [letter, to!] as const)),
);
