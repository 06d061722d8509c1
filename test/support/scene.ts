import { registerAccount } from "../../src/domain/accounts/register-account.ts";
import { addChannel } from "../../src/domain/channels/add-channel.ts";
import type { Channel } from "../../src/domain/channels/channel.ts";

import { grantRole, roleByName } from "../../src/domain/roles/statements.ts";
import type { Actor } from "../../src/kernel/operation.ts";
import { Refusal } from "../../src/kernel/refusal.ts";
import { Batch, write } from "../../src/storage/store.ts";
import { countingIds, type TestApp } from "./world.ts";

/** A new member with the role user and these besides, as the actor of a session. */
export async function newMember(app: TestApp, name: string, ...roles: string[]): Promise<Actor> {
  const community = app.community.id;
  const stranger: Actor = { kind: "anonymous", id: "192.0.2.1", name: "", community };
  const { member } = await app.kernel.invoke(registerAccount, stranger, { name, password: `secret of ${name}` });
  for (const [index, key] of roles.entries()) {
    const role = await app.kernel.world.store.one(roleByName, { community, key });
    await app.kernel.world.store.commit(
      new Batch().add(grantRole, { community, user: member.user.id, role: role!.id, place: index + 1 }),
    );
  }
  return { kind: "user", id: member.user.id, name, community, session: `session of ${name}` };
}

export const OPEN: Channel["rules"] = {
  view: ["user"],
  send: ["user"],
  delete_own: ["user"],
  edit_own: ["user"],
  react: ["user"],
};

/** So many new members, who come slowly enough for the door. */
export async function newCrowd(app: TestApp, size: number): Promise<Actor[]> {
  const crowd: Actor[] = [];
  for (let n = 0; n < size; n++) {
    app.clock.time += 10_000;
    crowd.push(await newMember(app, `user${n}`));
  }
  return crowd;
}

/** A text channel with these rules. */
export async function newChannel(app: TestApp, name: string, rules = OPEN, more: Partial<Channel> = {}): Promise<string> {
  const batch = new Batch();
  const channel: Channel = {
    id: countingIds(),
    kind: "text",
    name,
    displayName: null,
    description: null,
    icon: null,
    size: null,
    position: 9,
    rules,
    userLimit: 0,
    slowMode: 0,
    retention: "forever",
    listed: true,
    locked: false,
    ...more,
  };
  addChannel(batch, app.community.id, channel, app.clock.now(), countingIds());
  await app.kernel.world.store.commit(batch);
  return channel.id;
}

const timeOut = write<{ user: string; until: number }>(`update member set timeout_until = :until where user_ = :user`);
export const timedOut = (app: TestApp, who: Actor, ms: number): Promise<void> =>
  app.kernel.world.store.commit(new Batch().add(timeOut, { user: who.id, until: app.clock.now() + ms }));

/** What a call was refused with; a call that is not refused fails the test. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (why) {
    if (why instanceof Refusal) return why;
    throw why;
  }
  throw new Error("it was not refused");
}
