import { existsSync } from "node:fs";
import { access, constants, mkdtemp, open, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";

import { type Finding, good, odd, wrong } from "./finding.ts";
import type { Patient } from "./patient.ts";

/** File systems by the number statfs(2) gives. */
const IN_MEMORY = new Set([0x0102_1994, 0x8584_58f6]);
const ON_THE_NETWORK = new Set([0x6969, 0xff53_4d42, 0xfe53_4d42, 0x517b, 0x0102_1997]);
const MEGABYTE = 1_000_000;
const SAMPLE_MS = 400;
const MOST_SAMPLES = 2000;
/** Below, each message of a quiet channel waits noticeably. */
const SLOW = 30;

export interface Disk {
  readonly findings: readonly Finding[];
  /** Flushes a second; undefined where nothing could be written. */
  readonly flushes: number | undefined;
}

/** The data folder, its file system, and how often that can make something outlast a power cut. Nothing stays behind. */
export async function examineDisk({ folder, settings, now, stopwatch }: Patient): Promise<Disk> {
  const { path } = folder;
  const there = existsSync(path);
  const place = there ? path : existing(dirname(path));
  const findings: Finding[] = [];
  if (!there)
    findings.push(
      odd("data folder", `There is no ${path} yet.`, 'The first "chat serve" makes it; or name another with --data.'),
    );
  else {
    const { mode, uid } = await stat(path);
    const us = process.getuid?.();
    if (process.platform !== "win32" && (mode & 0o077) !== 0)
      findings.push(
        odd(
          "data folder",
          `${path} is open to other users of this machine (mode ${(mode & 0o777).toString(8)}).`,
          `chmod 700 ${path}`,
        ),
      );
    else if (us !== undefined && us !== 0 && uid !== us)
      findings.push(
        odd("data folder", `${path} belongs to another user (uid ${uid}).`, "Run this as the user that runs the server."),
      );
    else findings.push(good("data folder", `${path} is there, and only its owner may read it.`));
  }
  const { bavail, bsize, type } = await statfs(place);
  const free = bavail * bsize;
  const says = `${(free / 1000 / MEGABYTE).toFixed(1)} GB are free.`;
  if (free < 100 * MEGABYTE) findings.push(wrong("disk space", says, "Free some space: without any, nobody can write."));
  else if (free < 1000 * MEGABYTE)
    findings.push(odd("disk space", says, "Free some space, or keep fewer messages and files (rooms set --retention)."));
  else if (settings.attachments.enabled && free < settings.attachments.disk_reserve)
    findings.push(
      odd(
        "disk space",
        `${says} Files are refused: attachments.disk_reserve is more.`,
        "Free some space, or lower attachments.disk_reserve.",
      ),
    );
  else findings.push(good("disk space", says));
  if (IN_MEMORY.has(type))
    findings.push(
      odd("file system", `${place} is kept in memory and is gone after a restart.`, "Choose a folder on a disk with --data."),
    );
  else if (ON_THE_NETWORK.has(type))
    findings.push(
      odd(
        "file system",
        `${place} is on another machine; SQLite's locks are not safe there.`,
        "Choose a folder on a disk of this machine, or use Postgres (database.url).",
      ),
    );
  try {
    await access(place, constants.W_OK);
  } catch {
    findings.push(
      wrong(
        "file system",
        `${place} cannot be written by this user.`,
        "Run this as the user that runs the server, or give that user the folder.",
      ),
    );
    return { findings, flushes: undefined };
  }
  const { flushes, skewMs } = await flushRate(place, now, stopwatch);
  const measured = `${flushes} flushes a second (measured).`;
  if (flushes < SLOW)
    findings.push(
      odd(
        "disk speed",
        `${measured} A message is answered once it is on the disk.`,
        "Put the data folder on an SSD or a better card (--data).",
      ),
    );
  else findings.push(good("disk speed", measured));
  if (Math.abs(skewMs) > 5000)
    findings.push(
      odd(
        "clock",
        `The clock of ${place} differs from this machine's by ${Math.round(skewMs / 1000)} s.`,
        "Set both machines' clocks by NTP.",
      ),
    );
  return { findings, flushes };
}

const existing = (path: string): string => (existsSync(path) || dirname(path) === path ? path : existing(dirname(path)));

/** Writes a block and flushes it, again and again, as the database does with each group of messages. */
async function flushRate(
  place: string,
  now: () => number,
  stopwatch: () => number,
): Promise<{ flushes: number; skewMs: number }> {
  const folder = await mkdtemp(join(place, ".chat-doctor-"));
  try {
    const file = await open(join(folder, "probe"), "wx", 0o600);
    try {
      const block = new Uint8Array(4096);
      const began = stopwatch();
      let count = 0;
      while (count < MOST_SAMPLES && stopwatch() - began < SAMPLE_MS) {
        await file.write(block, 0, block.length, (count % 256) * block.length);
        await file.datasync();
        count += 1;
      }
      const flushes = Math.round((count * 1000) / (stopwatch() - began));
      return { flushes, skewMs: (await file.stat()).mtimeMs - now() };
    } finally {
      await file.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
