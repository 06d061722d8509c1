import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import type { Call } from "../../kernel/operation.ts";
import { type Batch, write } from "../../storage/store.ts";

/** Administrative acts by kind (reference/originchats.md §2.15, §5.17); `other` takes what the reference has no word for. */
const CATEGORY = {
  user_timeout: "user_moderation",
  user_ban: "user_moderation",
  user_unban: "user_moderation",
  user_kick: "user_moderation",
  voice_mute: "user_moderation",
  voice_unmute: "user_moderation",
  voice_move: "user_moderation",
  user_update: "user_moderation",
  user_roles_set: "user_moderation",
  user_password: "user_moderation",
  user_remove: "user_moderation",
  rate_limit_reset: "user_moderation",
  role_create: "role_management",
  role_update: "role_management",
  role_delete: "role_management",
  role_reorder: "role_management",
  role_permissions_set: "role_management",
  self_role_add: "role_management",
  self_role_remove: "role_management",
  channel_create: "channel_management",
  channel_update: "channel_management",
  channel_move: "channel_management",
  channel_delete: "channel_management",
  message_delete: "message_moderation",
  message_pin: "message_moderation",
  message_unpin: "message_moderation",
  message_purge: "message_moderation",
  poll_end: "message_moderation",
  thread_update: "channel_management",
  thread_delete: "channel_management",
  attachment_delete: "message_moderation",
  server_update: "server_management",
  emoji_add: "server_management",
  emoji_update: "server_management",
  emoji_delete: "server_management",
  webhook_create: "server_management",
  webhook_update: "server_management",
  webhook_regenerate: "server_management",
  webhook_delete: "server_management",
  ownership_claim: "server_management",
  token_mint: "server_management",
  plugin_install: "server_management",
  plugin_remove: "server_management",
  plugin_enable: "server_management",
  plugin_disable: "server_management",
  plugin_configure: "server_management",
  plugin_stop: "server_management",
  invite_create: "user_moderation",
  invite_revoke: "user_moderation",
  invite_redeem: "role_management",
} as const;
export type ModlogAction = keyof typeof CATEGORY;

export const ModlogEntry = z.lazy(() =>
  z.object({
    id: z.string(),
    at: z.number(),
    action: z.string(),
    category: z.string(),
    actor: z.object({ id: z.string(), name: z.string() }),
    target: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
    reason: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  }),
);
export type ModlogEntry = z.output<typeof ModlogEntry>;

export const modlogRecorded = eventType({
  name: "modlog.recorded",
  summary: "An administrative act was written into the moderation log.",
  data: () => z.object({ entry: ModlogEntry }),
  durable: false,
});

export const insertEntry = write<{
  id: string;
  community: string;
  at: number;
  action: string;
  category: string;
  actor: string;
  actorName: string;
  target: string | null;
  targetName: string | null;
  reason: string | null;
  details: string;
}>(
  `insert into modlog (id, community, at, action, category, actor, actor_name, target, target_name, reason, details)
   values (:id, :community, :at, :action, :category, :actor, :actorName, :target, :targetName, :reason, :details)`,
);

/** What was done, to whom or what, and why. `details` are names and numbers, never the text of a message or a secret. */
export interface Act {
  readonly action: ModlogAction;
  readonly target?: { readonly id: string; readonly name: string | null };
  readonly reason?: string | null | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes an administrative act into the moderation log with the change it belongs to. */
export function recordAct(batch: Batch, call: Call<unknown, unknown>, act: Act): void {
  const { actor, settings } = call;
  if (!settings.modlog.enabled) return;
  const entry: ModlogEntry = {
    id: call.id(),
    at: call.now(),
    action: act.action,
    category: CATEGORY[act.action],
    actor: { id: actor.id, name: actor.name },
    target: act.target ? { id: act.target.id, name: act.target.name } : null,
    reason: act.reason ?? null,
    details: { ...act.details },
  };
  batch.add(insertEntry, {
    id: entry.id,
    community: actor.community,
    at: entry.at,
    action: entry.action,
    category: entry.category,
    actor: actor.id,
    actorName: actor.name,
    target: entry.target?.id ?? null,
    targetName: entry.target?.name ?? null,
    reason: entry.reason,
    details: JSON.stringify(entry.details),
  });
  call.emit(batch, modlogRecorded, { operators: true }, { entry });
}
