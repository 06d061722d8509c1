import { SYSTEM } from "../../domain/users/user.ts";
import { Batch } from "../../storage/store.ts";
import { Attachments } from "./attachments.ts";
import { importChannels } from "./channels.ts";
import { importAssets, importEmoji } from "./emoji.ts";
import { Files } from "./files.ts";
import { Folder } from "./folder.ts";
import type { Import, Target } from "./import.ts";
import { Messages, placeOf } from "./messages.ts";
import { importModlog } from "./modlog.ts";
import { Polls } from "./polls.ts";
import { importPush } from "./push.ts";
import { importReadMarks } from "./read-marks.ts";
import { type ImportReport, Tally } from "./report.ts";
import { importRoles } from "./roles.ts";
import { originOf, settingsOf } from "./settings.ts";
import { openSource } from "./source.ts";
import { inUse, nameCommunity } from "./statements.ts";
import { importThreads } from "./threads.ts";
import { bansIn, importUsers } from "./users.ts";
import { isRaw, type Raw, textOf } from "./values.ts";
import { importWebhooks } from "./webhooks.ts";

/** How far it has come: `step` in words, and of the messages the share that has been read, 0 to 1. */
export interface Progress {
  readonly step: string;
  readonly share: number;
  readonly messages: number;
}

export interface ImportOptions {
  /** The server's folder or its `db`. */
  readonly path: string;
  readonly era?: "json" | "sqlite" | undefined;
  readonly dryRun: boolean;
  /** Whether the old server's settings come into force here too. */
  readonly takesSettings?: boolean;
  readonly progress?: (progress: Progress) => void;
}

/**
 * Before anything is made for an import.
 * @throws NotOriginChats
 */
export async function refuseOtherFolder(path: string): Promise<void> {
  await Folder.open(path, new Tally());
}

/**
 * Reads an originChats server's folder of any era into a community. What is there already stays as it is, so that it can be run again: after an
 * interruption it goes on where it stopped. Memory grows with users, channels and files, not with messages.
 * @throws NotOriginChats
 */
export async function importFolder(target: Target, options: ImportOptions): Promise<ImportReport> {
  const tally = new Tally();
  const folder = await Folder.open(options.path, tally);
  let amount = 0;
  let step = "";
  let size = 0;
  const tell = () =>
    options.progress?.({ step, share: size ? Math.min(1, amount / size) : 1, messages: tally.counts.messages.read });
  const begin = (next: string) => {
    step = next;
    tell();
  };
  await using source = await openSource(
    folder,
    tally,
    (read) => {
      amount += read;
      tell();
    },
    options.era,
  );
  size = source.size;
  const { store, community, settings } = target;
  const fresh = (await store.one(inUse, { system: SYSTEM.id }))?.used === 0;
  const files = new Files({ folder, target, tally });
  const job: Import = { folder, source, target, tally, files, fresh };

  begin("settings");
  const config = await folder.settings();
  const different = await settingsOf(folder, settings, tally);
  const called = isRaw(config["server"]) ? textOf(config["server"]["name"], 100)?.trim() : undefined;
  if (fresh && called) await store.commit(new Batch().add(nameCommunity, { id: community, name: called }));

  begin("accounts");
  const records = await folder.record("users.json");
  const modlog = await folder.list("modlog.json");
  const roles = await importRoles(job, Object.values(records).filter(isRaw) as Raw[]);
  const people = await importUsers(job, records, roles, bansIn(modlog));

  const mode = (options.takesSettings && different["auth_mode"]) || settings.auth_mode;
  if (people.count("rotur") && mode === "cracked-only")
    tally.advice.push(
      `${people.count("rotur")} accounts sign in with a Rotur service, which auth_mode "cracked-only" does not take: set it to "rotur" or "cracked".`,
    );
  if (people.count("local") && mode === "rotur")
    tally.advice.push(
      `${people.count("local")} accounts sign in with a password, which auth_mode "rotur" does not take: set it to "cracked" or "cracked-only".`,
    );

  begin("channels");
  const channels = await importChannels(job, roles);
  const origin = originOf(settings.server.url === "" ? config : settings);
  const attachments = await Attachments.open(job, people, origin);
  const polls = await Polls.open(job);
  const messages = new Messages(job, people, roles, attachments, polls);
  const written = new Set(await source.written());
  for (const [name, channel] of channels) {
    begin(`#${channel.name}`);
    if (channel.kind === "text" || written.has(name)) await messages.addAll(placeOf(channel), source.messages(name));
  }
  begin("threads");
  const threads = await importThreads(job, channels, people, messages);

  begin("the rest");
  await polls.write(people);
  await importReadMarks(job, people, channels, threads);
  await importWebhooks(job, channels, people);
  await importEmoji(job);
  await importAssets(job, origin);
  await importPush(job, people);
  await importModlog(job, modlog, people);
  const strangers = people.strangers.size;
  if (strangers)
    tally.find(
      folder.shown("users.json"),
      undefined,
      `${strangers} people who are named have no account`,
      "what they did stays under the name that was written down",
    );
  const unsent = attachments.unsent();
  if (unsent) tally.find(folder.shown("attachments.json"), undefined, `${unsent} files that no message shows`, "left out");
  begin("done");
  return {
    era: source.era,
    dryRun: options.dryRun,
    counts: tally.counts,
    findings: tally.findings,
    findingsBeyond: tally.beyond,
    advice: tally.advice,
    settings: different,
  };
}
