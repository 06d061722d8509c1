import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { byPlugin } from "./access.ts";
import { dropStored, putStored, storedKeys, storedSize, storedValue, takeTurn } from "./statements.ts";

/** Entries one plugin may keep. */
const MOST_ENTRIES = 10_000;
/** Characters of one value as JSON. */
const LONGEST_VALUE = 262_144;

const Key = z.string().min(1).max(200);
const access = { self: byPlugin() };

export const getStored = operation({
  name: "plugin-store.get",
  summary: "What a plugin keeps under a key.",
  input: () => z.object({ key: Key }),
  /** JSON; null where there is nothing. */
  output: () => z.object({ value: z.string().nullable() }),
  access,
  async run({ store, input, access: { self } }) {
    return { value: (await store.one(storedValue, { plugin: self, key: input.key }))?.value ?? null };
  },
});

export const putStoredValue = operation({
  name: "plugin-store.put",
  summary: "Keep a value under a key of the plugin's own, within the bytes it was granted.",
  input: () =>
    z.object({
      key: Key,
      value: z.string().max(LONGEST_VALUE),
      /** What it may keep at all, in bytes. */
      most: z.number().int().min(0).max(1_073_741_824),
    }),
  output: () => z.object({}),
  access,
  async run({ store, input, access: { self } }) {
    const { key, value, most } = input;
    const size = Buffer.byteLength(key) + Buffer.byteLength(value);
    const { n, bytes } = (await store.one(storedSize, { plugin: self, key }))!;
    if (n >= MOST_ENTRIES || (bytes ?? 0) + size > most) throw new Refusal("too-large", "plugin.store", { max: most });
    await store.commit(new Batch().add(putStored, { plugin: self, key, value, size }));
    return {};
  },
});

export const dropStoredValue = operation({
  name: "plugin-store.drop",
  summary: "Forget what a plugin keeps under a key.",
  input: () => z.object({ key: Key }),
  output: () => z.object({}),
  access,
  async run({ store, input, access: { self } }) {
    await store.commit(new Batch().add(dropStored, { plugin: self, key: input.key }));
    return {};
  },
});

export const listStoredKeys = operation({
  name: "plugin-store.list-keys",
  summary: "Keys under which a plugin keeps something, in order, from one on.",
  input: () => z.object({ from: z.string().max(200).default(""), limit: z.number().int().min(1).max(1000).default(1000) }),
  output: () => z.object({ keys: z.array(z.string()) }),
  access,
  async run({ store, input, access: { self } }) {
    return { keys: (await store.all(storedKeys, { plugin: self, ...input })).map(({ key }) => key) };
  },
});

export const takePluginTurn = operation({
  name: "plugin-turn.take",
  summary: "Of several processes that ask when a turn of a plugin is due, one gets it.",
  input: () => z.object({ turn: z.string().min(1).max(100), everyMs: z.number().int().min(1).max(31_536_000_000) }),
  output: () => z.object({ taken: z.boolean() }),
  access,
  async run({ store, input, now, access: { self } }) {
    // Half of the time between: clocks of processes differ, and their timers did not begin together.
    const next = now() + Math.floor(input.everyMs / 2);
    try {
      await store.commit(new Batch().require(takeTurn, { plugin: self, turn: input.turn, now: now(), next }));
      return { taken: true };
    } catch (why) {
      if (why instanceof Refusal && why.reason === "store.changed") return { taken: false };
      throw why;
    }
  },
});
