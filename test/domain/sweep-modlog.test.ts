import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { type ModlogAction, recordAct } from "../../src/domain/moderation/modlog.ts";
import { listModlog } from "../../src/domain/moderation/read-modlog.ts";
import { sweepModlog } from "../../src/domain/moderation/sweep-modlog.ts";
import type { Call } from "../../src/kernel/operation.ts";
import { Batch } from "../../src/storage/store.ts";
import { type TestApp, testApp } from "../support/world.ts";

const DAY = 24 * 3_600_000;
const retention = {
  default: 1,
  user_moderation: 2,
  role_management: 3,
  channel_management: 4,
  message_moderation: 5,
  server_management: 6,
};

async function write(app: TestApp, ...actions: string[]): Promise<void> {
  const actor = consoleActor(app.community.id);
  const batch = new Batch();
  const call = { ...app.kernel.world, actor, emit: () => {} } as unknown as Call<unknown, unknown>;
  for (const action of actions) recordAct(batch, call, { action: action as ModlogAction });
  await app.kernel.world.store.commit(batch);
}
const left = async (app: TestApp): Promise<string[]> => {
  const { entries } = await app.kernel.invoke(listModlog, consoleActor(app.community.id), { limit: 200 });
  return entries.map(({ action }) => action);
};

test("each kind of entry is kept as long as the settings say, to the millisecond", async () => {
  const app = await testApp({ modlog: { retention } });
  const acts = ["message_delete", "channel_create", "role_create", "user_ban", "server_update"];
  await write(app, ...acts);
  await app.kernel.world.store.exec(
    `insert into modlog (id, community, at, action, category, actor, actor_name, details)
     values ('x', '${app.community.id}', ${app.clock.now()}, 'strange', 'other', 'x', 'x', '{}')`,
  );
  acts.push("strange");
  const days = [5, 4, 3, 2, 6, 1];
  for (let day = 1; day <= 6; day++) {
    app.clock.advance(DAY);
    await sweepModlog(app.kernel.world, 1000);
    expect((await left(app)).toSorted()).toEqual(acts.filter((_, at) => days[at]! >= day).toSorted());
    app.clock.advance(1);
    await sweepModlog(app.kernel.world, 1000);
    expect((await left(app)).toSorted()).toEqual(acts.filter((_, at) => days[at]! > day).toSorted());
    app.clock.advance(-1);
  }
});

test("no more than asked for goes at once, and the number that went is told", async () => {
  const app = await testApp();
  await write(app, ...Array.from({ length: 7 }, () => "user_kick"), "message_pin");
  app.clock.time += 10_000 * DAY;
  expect(await sweepModlog(app.kernel.world, 5)).toBe(5);
  expect(await left(app)).toHaveLength(3);
  expect(await sweepModlog(app.kernel.world, 5)).toBe(3);
  expect(await sweepModlog(app.kernel.world, 5)).toBe(0);
});
