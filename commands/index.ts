// Written by scripts/generate.ts (`npm run generate`).
import type { Command } from "@oclif/core";

export const COMMANDS: Readonly<Record<string, () => Promise<{ default: Command.Class }>>> = {
  "config:check": () => import("./config/check.ts"),
  "config:reference": () => import("./config/reference.ts"),
  "config:show": () => import("./config/show.ts"),
  "help": () => import("./help.ts"),
  "token:mint": () => import("./token/mint.ts"),
  "token:verify": () => import("./token/verify.ts"),
};
