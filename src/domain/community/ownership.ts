import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { type Call, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { metaValue, putMeta, takeMeta } from "../../storage/meta.ts";
import { Batch } from "../../storage/store.ts";
import { replaceHeldRoles } from "../roles/held-roles.ts";
import { OWNER } from "../roles/permissions.ts";
import type { Role } from "../roles/role.ts";
import { heldBy, loadRoles, roleByRef } from "../roles/role-table.ts";
import { roleHolders } from "../roles/statements.ts";
import { byConsole, type Member, signedIn } from "../users/access.ts";
import { MemberView } from "../users/user.ts";

/** Where the hash of a community's code is kept. */
const place = (community: string): string => `ownership ${community}`;
const hashOf = (code: string): Buffer => createHash("sha256").update(code).digest();
const ownerRole = async (call: Call<unknown, unknown>): Promise<Role> => roleByRef(await loadRoles(call), OWNER);

export const offerOwnership = operation({
  name: "ownership.offer",
  summary:
    "Make a code by which one member becomes the owner. It is shown once; only its hash is kept, and a new one replaces it.",
  input: () =>
    z.object({
      /** Also when the community has an owner. */
      force: z.boolean().default(false),
    }),
  output: () => z.object({ code: z.string() }),
  access: { by: byConsole() },
  async run(call) {
    const { community } = call.actor;
    const owners = await call.store.all(roleHolders, { community, role: (await ownerRole(call)).id, limit: 1 });
    if (owners.length && !call.input.force) throw new Refusal("conflict", "ownership.owned");
    const code = call.random(15);
    await call.store.commit(new Batch().add(putMeta, { key: place(community), value: hashOf(code).toString("hex") }));
    return { code };
  },
});

/** Guesses by one user; an address has no more, because making users costs more than guessing. */
const GUESSES = { burst: 5, perMinute: 2 };

/** Makes a member the owner if they know the code, which is then used up; of two at the same time one succeeds. */
export async function claim(call: Call<unknown, unknown>, member: Member, code: string): Promise<MemberView> {
  const { community } = call.actor;
  call.pace.take(`ownership ${call.actor.id}`, GUESSES, "ownership.guesses");
  const wrong = new Refusal("forbidden", "ownership.code");
  if (member.user.realm !== "local") throw new Refusal("forbidden", "ownership.local-only");
  const kept = await call.store.one(metaValue, { key: place(community) });
  const given = hashOf(code);
  if (!kept || !timingSafeEqual(given, Buffer.from(kept.value, "hex"))) throw wrong;
  const owner = await ownerRole(call);
  const rest = heldBy(member, await loadRoles(call)).filter(({ id }) => id !== owner.id);
  const act = { action: "ownership_claim", target: { id: member.user.id, name: member.user.name } } as const;
  return replaceHeldRoles(call, member, [owner, ...rest], act, (batch) =>
    batch.require(takeMeta, { key: place(community), value: kept.value }),
  );
}

/** Whoever types the command as a message would show the code to everybody before it is used. */
export async function refuseShownCode(call: Call<unknown, unknown>, text: string): Promise<void> {
  if (!/^\/claim\s/i.test(text)) return;
  if (await call.store.one(metaValue, { key: place(call.actor.community) }))
    throw new Refusal("invalid-input", "ownership.shown");
}

export const claimOwnership = operation({
  name: "ownership.claim",
  summary: "Become the owner by the one-time code that the console made.",
  input: () => z.object({ code: z.string().trim().min(1, "ownership.code").max(100, "ownership.code").meta({ secret: true }) }),
  output: () => z.object({ member: MemberView }),
  access: { by: signedIn() },
  async run(call) {
    return { member: await claim(call, call.access.by, call.input.code) };
  },
});
