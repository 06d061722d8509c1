import { Batch } from "../../storage/store.ts";
import { commit, type Import } from "./import.ts";
import { allEmoji, putAsset, putEmoji, setPicture } from "./statements.ts";
import { freeName, isRaw, textOf } from "./values.ts";

const FOLDER = "serverEmojis";
const LIST = "serverEmojis.json";
const ASSETS = "serverAssets";

/** Emoji with their numbers, which messages and reactions name (reference/originchats.md §5.10). */
export async function importEmoji(job: Import): Promise<void> {
  const { folder, target, tally } = job;
  const { store, community, now } = target;
  const file = folder.shown(LIST);
  const there = await store.all(allEmoji, { community });
  const ids = new Set(there.map(({ id }) => id));
  const names = new Set(there.map(({ name_key }) => name_key));
  const files = await folder.files(FOLDER);
  for (const [key, raw] of Object.entries(await folder.record(LIST))) {
    tally.count("emoji", "read");
    const id = Number(key);
    if (!/^(0|[1-9]\d{0,14})$/.test(key) || !isRaw(raw)) {
      tally.skip("emoji", file, undefined, `the emoji ${JSON.stringify(key)} has no number`);
      continue;
    }
    if (ids.has(id)) {
      tally.count("emoji", "present");
      continue;
    }
    const given = textOf(raw["fileName"], 300) ?? "";
    const stored = files.has(given) ? given : [...files.keys()].find((one) => one.startsWith(`${key}.`));
    const picture = stored === undefined ? undefined : await job.files.store(FOLDER, stored);
    if (!picture?.type.startsWith("image/") || picture.type === "image/svg+xml") {
      tally.skip("emoji", file, undefined, `the picture of the emoji ${key} is ${stored === undefined ? "gone" : "none"}`);
      continue;
    }
    const name = textOf(raw["name"], 200) ?? "";
    const proper = name.replaceAll(/\W+/g, "_").slice(0, 64) || `emoji_${key}`;
    const free = freeName(proper, (one) => !names.has(one.toLowerCase()), 64).replaceAll("-", "_");
    if (free !== name)
      tally.repair("emoji", file, undefined, `the emoji name ${JSON.stringify(name)}`, `called ${JSON.stringify(free)}`);
    names.add(free.toLowerCase());
    const batch = new Batch().add(putEmoji, { community, id, name: free, key: free.toLowerCase(), at: now, ...picture });
    await commit(store, batch);
    tally.count("emoji", "written");
  }
}

/**
 * The server's own pictures: files, or addresses elsewhere (reference/originchats.md §6).
 * @param origin the base address under which files are reached.
 */
export async function importAssets(job: Import, origin: string): Promise<void> {
  const { folder, target } = job;
  const { store, community, now } = target;
  const server = (await folder.settings())["server"];
  const files = await folder.files(ASSETS);
  for (const kind of ["icon", "banner"] as const) {
    const given = isRaw(server) ? textOf(server[kind], 2000) : undefined;
    if (!given) continue;
    const batch = new Batch();
    if (files.has(given)) {
      const { hash, size, type } = await job.files.store(ASSETS, given);
      if (!type.startsWith("image/") || type === "image/svg+xml") continue;
      batch.add(putAsset, { community, kind, hash, size, type, at: now });
      batch.add(setPicture[kind], { id: community, url: `${origin}/server-assets/${kind}?v=${hash.slice(0, 16)}` });
    } else if (/^https?:$/.test(URL.parse(given)?.protocol ?? "")) batch.add(setPicture[kind], { id: community, url: given });
    await commit(store, batch);
  }
}
