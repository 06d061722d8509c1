import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { refuseUngrantable } from "../roles/hierarchy.ts";
import { OWNER } from "../roles/permissions.ts";
import { roleByRef, rolesHere } from "../roles/role-table.ts";
import { permitted } from "../users/access.ts";
import { hashOf, Invite, inviteView, MOST_INVITES } from "./invite.ts";
import { deleteSpentInvites, insertInvite, invitesOf } from "./statements.ts";

export const createInvite = operation({
  name: "invite.create",
  summary: "Make a code with which people register, also where registration is closed. It is shown once; only its hash is kept.",
  input: () =>
    z.object({
      /** A role, by id or name, that comes with it besides those of every newcomer. */
      role: z.string().min(1).max(200).nullable().default(null),
      /** How often it may be used; null without end. */
      uses: z.int().min(1).max(1_000_000).nullable().default(1),
      /** Milliseconds since 1970; null for never. */
      expiresAt: z.int().min(0).max(8_640_000_000_000_000).nullable().default(null),
      /** What it is for, in one's own words. */
      note: z.string().trim().max(200).nullable().default(null),
    }),
  output: () => z.object({ code: z.string(), invite: Invite }),
  access: { by: permitted("manage_server"), table: rolesHere() },
  pace: { burst: 10, perMinute: 20 },
  async run(call) {
    const { input, actor, store, now, id, random } = call;
    const { by, table } = call.access;
    const { community } = actor;
    const role = input.role === null ? undefined : roleByRef(table, input.role);
    if (role?.name === OWNER) throw new Refusal("forbidden", "invite.owner");
    if (role) refuseUngrantable(by, role);
    if (input.expiresAt !== null && input.expiresAt <= now()) throw new Refusal("invalid-input", "invite.past");
    const others = await store.all(invitesOf, { community, limit: MOST_INVITES });
    const live = others.filter((row) => !inviteView(row, now()).spent);
    if (live.length >= MOST_INVITES) throw new Refusal("conflict", "invite.many", { max: MOST_INVITES });
    const code = random(15);
    const row = {
      id: id(),
      role: role?.id ?? null,
      uses: input.uses,
      note: input.note || null,
      created_by: actor.name,
      created_at: now(),
      expires_at: input.expiresAt,
    };
    const batch = new Batch()
      .add(deleteSpentInvites, { community, now: now() })
      .add(insertInvite, { ...row, community, hash: hashOf(code) });
    const details = { role: role?.name ?? null, uses: input.uses, expiresAt: input.expiresAt };
    recordAct(batch, call, { action: "invite_create", target: { id: row.id, name: row.note }, details });
    await store.commit(batch);
    return { code, invite: inviteView({ ...row, role_name: role?.name ?? null, used: 0 }, now()) };
  },
});
