import type { Binding } from "../wire.ts";
import * as accounts from "./accounts.ts";
import * as attachments from "./attachments.ts";
import * as channels from "./channels.ts";
import * as directMessages from "./direct-messages.ts";
import * as emoji from "./emoji.ts";
import * as messages from "./messages.ts";
import * as messagesChanges from "./messages-changes.ts";
import * as messagesHistory from "./messages-history.ts";
import * as moderation from "./moderation.ts";
import * as polls from "./polls.ts";
import * as plugins from "./plugins.ts";
import * as presence from "./presence.ts";
import * as push from "./push.ts";
import * as roles from "./roles.ts";
import * as search from "./search.ts";
import * as server from "./server.ts";
import * as slash from "./slash.ts";
import * as threads from "./threads.ts";
import * as unreads from "./unreads.ts";
import * as users from "./users.ts";
import * as voice from "./voice.ts";
import * as webhooks from "./webhooks.ts";

/** Every command of this wire that an operation answers, by feature. */
export const bindings = [
  ...accounts.bindings,
  ...users.bindings,
  ...roles.bindings,
  ...presence.bindings,
  ...server.bindings,
  ...channels.bindings,
  ...messages.bindings,
  ...messagesChanges.bindings,
  ...messagesHistory.bindings,
  ...threads.bindings,
  ...polls.bindings,
  ...moderation.bindings,
  ...slash.bindings,
  ...search.bindings,
  ...unreads.bindings,
  ...voice.bindings,
  ...plugins.bindings,
  ...attachments.bindings,
  ...emoji.bindings,
  ...webhooks.bindings,
  ...push.bindings,
  ...directMessages.bindings,
] as unknown as readonly Binding[];
