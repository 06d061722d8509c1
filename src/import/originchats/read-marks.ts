import { Batch } from "../../storage/store.ts";
import type { Channels } from "./channels.ts";
import { commit, type Import, SLICE } from "./import.ts";
import { marksOf, messageNumbers, putMark } from "./statements.ts";
import type { People } from "./users.ts";
import { isRaw, slices, textOf } from "./values.ts";

const FILE = "unreads.json";
const THREAD = "thread/";

/** How far everybody has read (reference/originchats.md §5.13), in channels and threads that are there. */
export async function importReadMarks(
  job: Import,
  people: People,
  channels: Channels,
  threads: ReadonlyMap<string, string>,
): Promise<void> {
  const { folder, target, tally } = job;
  const { store, now } = target;
  const file = folder.shown(FILE);
  const marks: { user: string; place: string; channel: string; message: string }[] = [];
  let stale = 0;
  for (const [key, places] of Object.entries(await folder.record(FILE))) {
    const who = people.author(key);
    for (const [place, value] of Object.entries(isRaw(places) ? places : {})) {
      tally.count("read marks", "read");
      const message = textOf(value, 100);
      const thread = place.startsWith(THREAD) ? place.slice(THREAD.length) : undefined;
      const channel = thread === undefined ? channels.get(place)?.id : threads.get(thread);
      if (who.how === "unknown" || message === undefined || channel === undefined) {
        stale++;
        tally.count("read marks", "skipped");
      } else marks.push({ user: who.id, place: thread ?? channel, channel, message });
    }
  }
  for (const some of slices(marks, SLICE)) {
    const numbers = new Map(
      (await store.all(messageNumbers, { ids: some.map(({ message }) => message) })).map((row) => [row.id, row]),
    );
    const there = new Set(
      (await store.all(marksOf, { users: [...new Set(some.map(({ user }) => user))] })).map(
        ({ user_, place }) => `${user_}\0${place}`,
      ),
    );
    const batch = new Batch();
    for (const mark of some) {
      const found = numbers.get(mark.message);
      const key = `${mark.user}\0${mark.place}`;
      if (there.has(key)) tally.count("read marks", "present");
      else if (found?.place !== mark.place) {
        stale++;
        tally.count("read marks", "skipped");
      } else {
        batch.add(putMark, { ...mark, n: found.n, at: now });
        there.add(key);
        tally.count("read marks", "written");
      }
    }
    await commit(store, batch);
  }
  if (stale) tally.find(file, undefined, `${stale} marks of users, channels or messages that are gone`, "left out");
}
