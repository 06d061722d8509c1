import type { Parts } from "../app.ts";
import type { DataFolder } from "../config/data-folder.ts";
import type { Settings } from "../config/schema.ts";
import { systemClock, systemTimers } from "../kernel/clock.ts";
import { systemRandomness, uuids } from "../kernel/ids.ts";
import type { Log } from "../kernel/log.ts";
import { argon2Passwords } from "../kernel/passwords.ts";
import { guardedFetch } from "../net/guarded-fetch.ts";
import { webPush } from "../net/web-push.ts";
import { hostOf } from "../rotur/rotur-service.ts";
import { folderBlobs } from "../storage/blobs.ts";
import type { Store } from "../storage/store.ts";

/** The real machine, lent to a chat. */
export const systemParts = async (
  settings: Settings,
  store: Store,
  { filesFolder }: Pick<DataFolder, "filesFolder">,
  log: Log,
): Promise<Parts> => {
  // Who runs a Rotur service of their own may have it in a private network.
  const fetch = guardedFetch({ allow: [hostOf(settings.rotur.validate_url), hostOf(settings.rotur.profile_url)] });
  return {
    settings,
    store,
    blobs: await folderBlobs(filesFolder, { reserveBytes: settings.attachments.disk_reserve }),
    log,
    now: systemClock,
    timers: systemTimers,
    id: uuids,
    random: systemRandomness,
    passwords: argon2Passwords(),
    fetch,
    webPush: webPush({ fetch, now: systemClock }),
    vitals: { stopwatch: () => performance.now(), residentBytes: () => process.memoryUsage.rss(), collect: () => Bun.gc(true) },
  };
};
