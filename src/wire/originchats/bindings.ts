import type { Binding } from "../wire.ts";
import * as channels from "./channels.ts";
import * as messages from "./messages.ts";
import * as moderation from "./moderation.ts";

/** Every command of this wire that an operation answers, by feature. */
export const bindings = [...channels.bindings, ...messages.bindings, ...moderation.bindings] as unknown as readonly Binding[];
