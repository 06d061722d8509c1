import { grantRole, roleByName } from "../../src/domain/roles/statements.ts";
import { userByRealmAndName } from "../../src/domain/users/statements.ts";
import { nameKey } from "../../src/domain/users/user.ts";
import { Batch } from "../../src/storage/store.ts";
import type { TestApp } from "./world.ts";

/** Makes a local account's member hold a role, as if they always had; nobody is told. */
export async function giveRole({ kernel, community }: TestApp, name: string, role: string): Promise<void> {
  const { store } = kernel.world;
  const user = await store.one(userByRealmAndName, { realm: "local", key: nameKey(name) });
  const found = await store.one(roleByName, { community: community.id, key: nameKey(role) });
  if (!user || !found) throw new Error(`no user ${name} or no role ${role}`);
  await store.commit(new Batch().add(grantRole, { community: community.id, user: user.id, role: found.id, place: 99 }));
}
