import { readFileSync } from "node:fs";
import { userInfo } from "node:os";

import type { Env } from "../config/load.ts";

/**
 * The account of this system that is named in the log of acts: whoever became root for this is still themselves.
 * By the system's list of accounts, since what Bun tells is the environment's USER, which cron and systemd leave out.
 */
export function systemUser(env: Env): string {
  if (env["SUDO_USER"]) return env["SUDO_USER"];
  const uid = process.getuid?.();
  if (uid === undefined) return userInfo().username;
  return accountOf(uid) ?? env["USER"] ?? env["LOGNAME"] ?? `uid ${uid}`;
}

/** Undefined for accounts that are kept elsewhere. */
function accountOf(uid: number): string | undefined {
  let accounts: string;
  try {
    accounts = readFileSync("/etc/passwd", "utf8");
  } catch {
    return undefined;
  }
  return accounts
    .split("\n")
    .map((line) => line.split(":"))
    .find(([name, , id]) => name && id === String(uid))?.[0];
}
