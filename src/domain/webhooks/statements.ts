import { read, write } from "../../storage/store.ts";
import type { Realm } from "../users/user.ts";
import { speaker } from "../messages/present.ts";
import type { OpenWebhook } from "./webhook.ts";

export interface WebhookRow {
  id: string;
  channel: string;
  channel_name: string;
  name: string;
  avatar: string | null;
  token: string;
  secret: string | null;
  created_by: string;
  creator_name: string | null;
  creator_realm: Realm | null;
  created_at: number;
}
const SELECT = `select w.id, w.channel, c.name as channel_name, w.name, w.avatar, w.token, w.secret, w.created_by, u.name as creator_name,
  u.realm as creator_realm, w.created_at from webhook w join channel c on c.id = w.channel left join user_ u on u.id = w.created_by
  where w.community = :community`;

export const webhookById = read<{ community: string; id: string }, WebhookRow>(`${SELECT} and w.id = :id`, "created_at");
export const webhookByToken = read<{ community: string; token: string }, WebhookRow>(
  `${SELECT} and w.token = :token`,
  "created_at",
);
export const webhooksOf = read<{ community: string }, WebhookRow>(`${SELECT} order by w.created_at, w.id`, "created_at");
export const webhooksIn = read<{ channel: string }, { webhooks: number }>(
  `select count(*) as webhooks from webhook where channel = :channel`,
  "webhooks",
);
export const insertWebhook = write<{
  id: string;
  community: string;
  channel: string;
  name: string;
  avatar: string | null;
  token: string;
  secret: string | null;
  by: string;
  at: number;
}>(
  `insert into webhook (id, community, channel, name, avatar, token, secret, created_by, created_at)
   values (:id, :community, :channel, :name, :avatar, :token, :secret, :by, :at)`,
);
export const updateWebhookRow = write<{ id: string; name: string; avatar: string | null; token: string; secret: string | null }>(
  `update webhook set name = :name, avatar = :avatar, token = :token, secret = :secret where id = :id`,
);
export const dropWebhook = write<{ id: string }>(`delete from webhook where id = :id`);

export const webhookView = (row: WebhookRow): OpenWebhook => ({
  id: row.id,
  channel: { id: row.channel, name: row.channel_name },
  name: row.name,
  avatar: row.avatar,
  createdBy: speaker(row.created_by, row.creator_name, row.creator_realm),
  createdAt: row.created_at,
  signed: row.secret !== null,
  token: row.token,
});
