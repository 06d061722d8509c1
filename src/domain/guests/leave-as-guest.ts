import { z } from "zod";
import { type Call, operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { opened } from "../attendance/attendance.ts";
import { connected } from "../presence/presence.ts";
import { byConsole, memberOf } from "../users/access.ts";
import { memberLeft } from "../users/member.ts";
import { deleteMember, deleteUser, userById } from "../users/statements.ts";
import type { Speaker } from "../users/user.ts";
import { GUEST_HERE } from "./guest.ts";
import { guestsOf, releaseName, wroteSince } from "./statements.ts";

export const leaveAsGuest = operation({
  name: "guest.leave",
  summary: "A guest has gone: the name is free again, and stays beside what they wrote.",
  input: () => z.object({}),
  output: () => z.object({}),
  access: {},
  async run(call) {
    const row = await call.store.one(userById, { id: call.actor.id });
    if (call.actor.kind === "user" && row?.realm === GUEST_HERE && (await memberOf(call, row.id))) await depart(call, row);
    return {};
  },
});

/** Guests looked after in one call. */
const SLICE = 200;

export const sweepGuests = operation({
  name: "guest.sweep",
  summary: "Lets go of guests who were here when the server ended without a word.",
  input: () => z.object({}),
  output: () => z.object({ swept: z.number(), more: z.boolean() }),
  access: { by: byConsole() },
  async run(call) {
    const { actor, store, cell } = call;
    const here = cell(connected);
    const guests = await store.all(guestsOf, { community: actor.community, limit: SLICE });
    const gone = guests.filter(({ id }) => !here.has(id));
    for (const guest of gone) await depart(call, guest);
    return { swept: gone.length, more: gone.length === SLICE };
  },
});

async function depart(call: Call<unknown, unknown>, row: { id: string; name: string; created_at: number }): Promise<void> {
  const { store, actor } = call;
  const { community } = actor;
  const user: Speaker = { id: row.id, name: row.name, realm: GUEST_HERE };
  const wrote = await store.one(wroteSince, { community, author: row.id, since: row.created_at });
  const batch = new Batch().add(deleteMember, { community, user: row.id });
  if (wrote) batch.add(releaseName, { user: row.id });
  else batch.add(deleteUser, { user: row.id });
  call.emit(batch, memberLeft, { community }, { user });
  await store.commit(batch);
  call.cell(opened).delete(row.id);
}
