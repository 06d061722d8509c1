import { bundled } from "../plugins/index.ts";
import type { Parts } from "./app.ts";
import type { DataFolder } from "./config/data-folder.ts";
import { systemTimers } from "./kernel/clock.ts";
import { type GuardedFetch, guardedFetch } from "./net/guarded-fetch.ts";
import { openLine } from "./net/line.ts";
import { folderShelf } from "./plugins/folder-shelf.ts";
import { startThread } from "./plugins/thread.ts";

/** What plugins need of this machine. */
export function systemPlugins(folder: DataFolder): NonNullable<Parts["plugins"]> {
  const fetchers = new Map<string, GuardedFetch>();
  return {
    bundled,
    shelf: folderShelf(folder.pluginsFolder, systemTimers),
    startThread,
    async fetch(allow, url, { method, headers, body, timeoutMs = 10_000 }) {
      const key = allow.join(" ");
      let fetch = fetchers.get(key);
      if (!fetch) fetchers.set(key, (fetch = guardedFetch({ allow })));
      const answer = await fetch(url, {
        timeoutMs: Math.min(Math.max(timeoutMs, 1), 10_000),
        ...(method && { method }),
        ...(headers && { headers }),
        ...(body !== undefined && { body }),
      });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.text() };
    },
    connect: (allow, url, handlers) => openLine(url, handlers, { allow }),
  };
}
