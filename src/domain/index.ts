import type { EventType } from "../kernel/event.ts";
import type { Operation } from "../kernel/operation.ts";
import * as accounts from "./accounts/index.ts";
import * as assets from "./assets/index.ts";
import * as attachments from "./attachments/index.ts";
import * as channels from "./channels/index.ts";
import * as community from "./community/index.ts";
import * as emoji from "./emoji/index.ts";
import * as invites from "./invites/index.ts";
import * as attendance from "./attendance/index.ts";
import * as guests from "./guests/index.ts";
import * as messages from "./messages/index.ts";
import * as moderation from "./moderation/index.ts";
import * as polls from "./polls/index.ts";
import * as plugins from "./plugins/index.ts";
import * as presence from "./presence/index.ts";
import * as push from "./push/index.ts";
import * as retention from "./retention/index.ts";
import * as roles from "./roles/index.ts";
import * as sessions from "./sessions/index.ts";
import * as slash from "./slash/index.ts";
import * as search from "./search/index.ts";
import * as threads from "./threads/index.ts";
import * as unreads from "./unreads/index.ts";
import * as tokens from "./tokens/index.ts";
import * as users from "./users/index.ts";
import * as voice from "./voice/index.ts";
import * as webhooks from "./webhooks/index.ts";

/** Every operation there is. Docs, the control socket, the command line and the completeness tests read this list. */
export const operations = [
  ...community.operations,
  ...accounts.operations,
  ...guests.operations,
  ...users.operations,
  ...roles.operations,
  ...presence.operations,
  ...channels.operations,
  ...attendance.operations,
  ...messages.operations,
  ...threads.operations,
  ...polls.operations,
  ...moderation.operations,
  ...slash.operations,
  ...search.operations,
  ...unreads.operations,
  ...voice.operations,
  ...retention.operations,
  ...tokens.operations,
  ...plugins.operations,
  ...sessions.operations,
  ...attachments.operations,
  ...emoji.operations,
  ...assets.operations,
  ...webhooks.operations,
  ...push.operations,
  ...invites.operations,
] as const satisfies readonly Operation[];

/** Every event there is. A wire that does not say how it tells one of them does not compile. */
export const events = [
  ...community.events,
  ...accounts.events,
  ...users.events,
  ...roles.events,
  ...presence.events,
  ...channels.events,
  ...attendance.events,
  ...messages.events,
  ...threads.events,
  ...polls.events,
  ...moderation.events,
  ...slash.events,
  ...search.events,
  ...unreads.events,
  ...voice.events,
  ...retention.events,
  ...tokens.events,
  ...plugins.events,
  ...sessions.events,
  ...attachments.events,
  ...emoji.events,
  ...assets.events,
  ...webhooks.events,
  ...push.events,
] as const satisfies readonly EventType<string, any>[];

type AnyEvent = (typeof events)[number];
export type EventName = AnyEvent["name"];
/** The data of an event by its name. */
export type EventData<Name extends EventName> =
  Extract<AnyEvent, { name: Name }> extends EventType<string, infer Data> ? Data : never;
