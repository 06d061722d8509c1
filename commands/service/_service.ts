import { existsSync } from "node:fs";
import { join } from "node:path";

import { CommandError } from "../../src/cli/exit.ts";
import { UNIT_NAME } from "../../src/cli/service-unit.ts";
import type { Env } from "../../src/config/load.ts";

/** Where the unit goes, and how its manager is spoken to. */
export interface Manager {
  readonly unitFile: string;
  systemctl(...words: string[]): { readonly ok: boolean; readonly out: string };
}

/** @throws CommandError where there is no systemd to speak to. */
export function manager(env: Env, user: boolean): Manager {
  if (!existsSync("/run/systemd/system"))
    throw new CommandError('There is no systemd here. "chat service install --print" shows what a unit would be like.');
  const home = env["XDG_CONFIG_HOME"] || join(env["HOME"] ?? "/", ".config");
  return {
    unitFile: user ? join(home, "systemd/user", UNIT_NAME) : join("/etc/systemd/system", UNIT_NAME),
    systemctl(...words) {
      const run = Bun.spawnSync(["systemctl", ...(user ? ["--user"] : []), ...words], {
        env: { ...env },
        stdout: "pipe",
        stderr: "pipe",
      });
      return { ok: run.success, out: `${run.stdout.toString()}${run.stderr.toString()}`.trim() };
    },
  };
}

/** @throws CommandError for anybody but root. */
export function refuseUnlessRoot(user: boolean): void {
  if (!user && process.getuid?.() !== 0)
    throw new CommandError("This changes the whole machine: run it with sudo, or give --user for a service of your own.");
}
