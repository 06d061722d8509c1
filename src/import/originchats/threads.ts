import { SYSTEM } from "../../domain/users/user.ts";
import { Batch } from "../../storage/store.ts";
import type { Channels } from "./channels.ts";
import { commit, type Import } from "./import.ts";
import type { Messages } from "./messages.ts";
import { presentThreads, putParticipant, putThread } from "./statements.ts";
import type { People } from "./users.ts";
import { isRaw, momentOf, type Raw, textOf, textsOf } from "./values.ts";

const ID = /^[\w-]{1,100}$/;

interface Thread {
  readonly file: string;
  readonly id: string;
  readonly channel: string;
  readonly name: string;
  readonly raw: Raw;
  readonly at: number;
}

/** Threads in the order in which they were begun, with who takes part and what was written. */
export async function importThreads(
  job: Import,
  channels: Channels,
  people: People,
  messages: Messages,
): Promise<ReadonlyMap<string, string>> {
  const { source, target, tally } = job;
  const { store, now } = target;
  const threads: Thread[] = [];
  const channelOf = new Map<string, string>();
  for await (const { file, id, value } of source.threads()) {
    tally.count("threads", "read");
    if (!isRaw(value) || id === undefined || !ID.test(id)) {
      tally.skip("threads", file, undefined, "no thread");
      continue;
    }
    if (channelOf.has(id)) {
      tally.skip("threads", file, undefined, `a second thread with the id ${id}`);
      continue;
    }
    const parent = textOf(value["parent_channel"], 1000) ?? "";
    const channel = channels.get(parent);
    if (!channel) {
      tally.skip("threads", file, undefined, `its channel ${JSON.stringify(parent)} is gone`);
      continue;
    }
    const name = [...(textOf(value["name"], 1000) ?? "").replaceAll(/\p{C}/gu, "").trim()].slice(0, 100).join("") || "thread";
    channelOf.set(id, channel.id);
    threads.push({ file, id, channel: channel.id, name, raw: value, at: momentOf(value["created_at"]) ?? now });
  }
  threads.sort((a, b) => a.at - b.at);
  const there = new Set((await store.all(presentThreads, { ids: threads.map(({ id }) => id) })).map(({ id }) => id));
  for (const { file, id, channel, name, raw, at } of threads) {
    if (there.has(id)) tally.count("threads", "present");
    else {
      if (raw["id"] !== id)
        tally.repair("threads", file, undefined, `the id ${JSON.stringify(raw["id"])} is not that of its file`, `called ${id}`);
      if (name !== raw["name"])
        tally.repair("threads", file, undefined, "a name that no thread has", `called ${JSON.stringify(name)}`);
      const batch = new Batch().add(putThread, {
        id,
        channel,
        name,
        by: people.author(textOf(raw["created_by"], 200) ?? SYSTEM.id).id,
        at,
        locked: raw["locked"] === true ? 1 : 0,
        archived: raw["archived"] === true ? 1 : 0,
      });
      textsOf(raw["participants"]).forEach((user, turn) =>
        batch.add(putParticipant, { thread: id, user: people.author(user).id, nth: turn + 1 }),
      );
      await commit(store, batch);
      tally.count("threads", "written");
    }
    await messages.addAll({ channel, place: id, title: name, begins: true }, source.threadMessages(id));
  }
  return channelOf;
}
