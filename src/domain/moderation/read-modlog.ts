import { z } from "zod";
import type { Ask } from "../../kernel/operation.ts";
import { operation } from "../../kernel/operation.ts";
import { findUser, permitted } from "../users/access.ts";
import { REALMS, Speaker } from "../users/user.ts";
import { ModlogEntry } from "./modlog.ts";
import { countActions, countEntries, entriesOf, type EntryRow } from "./statements.ts";

/** An entry with the realms of the accounts in it, by which wires name them. */
export const ModlogRecord = z.lazy(() =>
  ModlogEntry.unwrap().extend({
    actor: Speaker,
    /** What was acted on: an account, or with a null realm anything else (a channel, a role, a message). */
    target: z.object({ id: z.string(), name: z.string().nullable(), realm: z.enum(REALMS).nullable() }).nullable(),
  }),
);
export type ModlogRecord = z.output<typeof ModlogRecord>;

const record = (row: EntryRow): ModlogRecord => ({
  id: row.id,
  at: row.at,
  action: row.action,
  category: row.category,
  actor: { id: row.actor, name: row.actor_name, realm: row.actor_realm },
  target: row.target === null ? null : { id: row.target, name: row.target_name, realm: row.target_realm },
  reason: row.reason,
  details: JSON.parse(row.details) as Record<string, unknown>,
});

/** An account's id, or what was given when it names no account: the console, a plugin, a channel. */
const idOf = async (ask: Ask<unknown>, ref: string): Promise<string> => (ref && (await findUser(ask, ref))?.id) || ref;

const Filter = z.string().max(200).default("");

export const listModlog = operation({
  name: "modlog.list",
  summary: "The moderation log, newest first, by kind, actor, target and time.",
  input: () =>
    z.object({
      limit: z.number().int().min(1, "modlog.limit").max(200, "modlog.limit").default(100),
      offset: z.number().int().min(0, "modlog.offset").max(1_000_000_000, "modlog.offset").default(0),
      /** Only what happened later; milliseconds since the epoch. */
      after: z.number().min(-1, "modlog.after").max(8.64e15, "modlog.after").default(-1),
      category: Filter,
      action: Filter,
      actor: Filter,
      target: Filter,
    }),
  /** `total`: how many entries there are with this filter. */
  output: () => z.object({ entries: z.array(ModlogRecord), total: z.number() }),
  access: { by: permitted("view_audit_log", "manage_users") },
  async run(call) {
    const { input, actor, store } = call;
    const { limit, offset, category, action } = input;
    const filter = {
      community: actor.community,
      category,
      action,
      after: Math.floor(input.after),
      actor: await idOf(call, input.actor),
      target: await idOf(call, input.target),
    };
    const [rows, count] = await Promise.all([
      store.all(entriesOf, { ...filter, limit, skip: offset }),
      store.one(countEntries, filter),
    ]);
    return { entries: rows.map(record), total: count?.n ?? 0 };
  },
});

/** A summary looks at so many of the newest entries (reference/originchats.md §2.6). */
const SUMMARIZED = 10_000;

export const summarizeModlog = operation({
  name: "modlog.summarize",
  summary: "How often what was done, over the newest 10,000 entries of the moderation log.",
  input: () => z.object({}),
  output: () =>
    z.object({
      actions: z.array(z.object({ category: z.string(), action: z.string(), n: z.number() })),
      total: z.number(),
    }),
  access: { by: permitted("view_audit_log", "manage_users") },
  async run({ actor, store }) {
    const actions = await store.all(countActions, { community: actor.community, limit: SUMMARIZED });
    return { actions, total: actions.reduce((sum, { n }) => sum + n, 0) };
  },
});
