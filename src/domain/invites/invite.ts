import { createHash } from "node:crypto";
import { z } from "zod";
import type { Call } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import type { Batch } from "../../storage/store.ts";
import { inviteByHash, type InviteRow, useInvite } from "./statements.ts";

/** At one time in a community. */
export const MOST_INVITES = 1000;

/** What the code is found by; the code itself is kept nowhere. */
export const hashOf = (code: string): string => createHash("sha256").update(code).digest("hex");

export const Code = z.string().trim().min(1, "invite.unknown").max(100, "invite.unknown").meta({ secret: true });

export const Invite = z.lazy(() =>
  z.object({
    id: z.string(),
    /** The name of the role that comes with it, besides those of every newcomer. */
    role: z.string().nullable(),
    /** How often it may be used; null without end. */
    uses: z.number().nullable(),
    used: z.number(),
    note: z.string().nullable(),
    createdBy: z.string(),
    createdAt: z.number(),
    expiresAt: z.number().nullable(),
    /** Nobody can use it any more. */
    spent: z.boolean(),
  }),
);
export type Invite = z.output<typeof Invite>;

const isSpent = ({ uses, used, expires_at }: InviteRow, now: number): boolean =>
  (uses !== null && used >= uses) || (expires_at !== null && expires_at <= now);

export const inviteView = (row: InviteRow, now: number): Invite => ({
  id: row.id,
  role: row.role_name,
  uses: row.uses,
  used: row.used,
  note: row.note,
  createdBy: row.created_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  spent: isSpent(row, now),
});

/** What an invite gives, and the step that uses it up: of two who take the last use at one time, one is refused. */
export interface OpenInvite {
  /** Id of the role; null for none. */
  readonly role: string | null;
  use(batch: Batch): void;
}

/** The invite of a code that somebody brought. @throws Refusal `invite.unknown`, `invite.spent` */
export async function openInvite({ store, actor, now }: Call<unknown, unknown>, code: string): Promise<OpenInvite> {
  const row = await store.one(inviteByHash, { community: actor.community, hash: hashOf(code) });
  if (!row) throw new Refusal("forbidden", "invite.unknown");
  if (isSpent(row, now())) throw new Refusal("forbidden", "invite.spent");
  return { role: row.role, use: (batch) => void batch.require(useInvite, { id: row.id, now: now() }) };
}
