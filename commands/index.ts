// Written by scripts/generate.ts (`npm run generate`).
import type { Command } from "@oclif/core";

export const COMMANDS: Readonly<Record<string, () => Promise<{ default: Command.Class }>>> = {
  "call": () => import("./call.ts"),
  "config:check": () => import("./config/check.ts"),
  "config:reference": () => import("./config/reference.ts"),
  "config:show": () => import("./config/show.ts"),
  "docs:events": () => import("./docs/events.ts"),
  "docs:operations": () => import("./docs/operations.ts"),
  "docs:originchats": () => import("./docs/originchats.ts"),
  "help": () => import("./help.ts"),
  "reload": () => import("./reload.ts"),
  "say": () => import("./say.ts"),
  "serve": () => import("./serve.ts"),
  "status": () => import("./status.ts"),
  "stop": () => import("./stop.ts"),
  "tail": () => import("./tail.ts"),
  "watch": () => import("./watch.ts"),
};
