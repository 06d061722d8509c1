import type { Binding } from "../wire.ts";
import * as channels from "./channels.ts";
import * as messages from "./messages.ts";
import * as search from "./search.ts";
import * as unreads from "./unreads.ts";

/** Every command of this wire that an operation answers, by feature. */
export const bindings = [
  ...channels.bindings,
  ...messages.bindings,
  ...search.bindings,
  ...unreads.bindings,
] as unknown as readonly Binding[];
