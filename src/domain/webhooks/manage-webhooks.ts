import { z } from "zod";
import { type Call, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { type ModlogAction, recordAct } from "../moderation/modlog.ts";
import { channelForWebhooks, channelsForWebhooks, webhookManaged, webhookSeen } from "./access.ts";
import {
  dropWebhook,
  insertWebhook,
  updateWebhookRow,
  webhookById,
  type WebhookRow,
  webhooksIn,
  webhooksOf,
  webhookView,
} from "./statements.ts";
import { OpenWebhook, Webhook, WebhookAvatar, WebhookId, WebhookName, WebhookSecret } from "./webhook.ts";

/** 384 bits in 64 letters. */
const newToken = ({ random }: Call<unknown, unknown>) => random(48);
const Ref = z.string().min(1).max(200);

const record = (
  batch: Batch,
  call: Call<unknown, unknown>,
  action: ModlogAction,
  { id, name }: { id: string; name: string },
  channel: string,
) => recordAct(batch, call, { action, target: { id, name }, details: { channel } });

export const createWebhook = operation({
  name: "webhook.create",
  summary: "Open a door for another program into a text channel.",
  input: () =>
    z.object({
      channel: Ref,
      name: WebhookName,
      avatar: WebhookAvatar.optional(),
      secret: WebhookSecret.optional().meta({ secret: true }),
    }),
  output: () => z.object({ webhook: OpenWebhook }),
  access: { to: channelForWebhooks },
  async run(call) {
    const { input, store, settings, actor } = call;
    const { channel } = call.access.to;
    if (channel.kind !== "text") throw new Refusal("invalid-input", "webhook.channel");
    const max = settings.webhooks.max_per_channel;
    if (((await store.one(webhooksIn, { channel: channel.id }))?.webhooks ?? 0) >= max)
      throw new Refusal("invalid-input", "webhook.many", { max });
    const id = call.id();
    const batch = new Batch().add(insertWebhook, {
      id,
      community: actor.community,
      channel: channel.id,
      name: input.name,
      avatar: input.avatar ?? null,
      token: newToken(call),
      secret: input.secret ?? null,
      by: actor.id,
      at: call.now(),
    });
    record(batch, call, "webhook_create", { id, name: input.name }, channel.name);
    await store.commit(batch);
    return { webhook: webhookView((await store.one(webhookById, { community: actor.community, id }))!) };
  },
});

export const showWebhook = operation({
  name: "webhook.show",
  summary: "A webhook of a channel one may view, without what opens it.",
  input: () => z.object({ id: WebhookId }),
  output: () => z.object({ webhook: Webhook }),
  access: { of: webhookSeen },
  async run({ access: { of } }) {
    return { webhook: Webhook.parse(webhookView(of.webhook)) };
  },
});

export const listWebhooks = operation({
  name: "webhook.list",
  summary: "The webhooks of a channel, or of all one may view, with their tokens.",
  input: () => z.object({ channel: Ref.optional() }),
  output: () => z.object({ webhooks: z.array(OpenWebhook) }),
  access: { of: channelsForWebhooks },
  async run({ store, actor, access: { of } }) {
    const rows = await store.all(webhooksOf, { community: actor.community });
    return { webhooks: rows.filter(({ channel }) => of.has(channel)).map(webhookView) };
  },
});

async function change(
  call: Call<unknown, unknown>,
  before: WebhookRow,
  action: ModlogAction,
  changes: Partial<Pick<WebhookRow, "name" | "avatar" | "token" | "secret">>,
): Promise<{ webhook: OpenWebhook }> {
  const webhook = { ...before, ...changes };
  const batch = new Batch().require(updateWebhookRow, webhook);
  record(batch, call, action, webhook, webhook.channel_name);
  await call.store.commit(batch);
  return { webhook: webhookView(webhook) };
}

export const updateWebhook = operation({
  name: "webhook.update",
  summary: "Give a webhook another name, picture or signing secret.",
  input: () =>
    z
      .object({
        id: WebhookId,
        name: WebhookName.optional(),
        avatar: WebhookAvatar.optional(),
        secret: WebhookSecret.optional().meta({ secret: true }),
      })
      .refine(({ name, avatar, secret }) => [name, avatar, secret].some((one) => one !== undefined), "webhook.no-updates"),
  output: () => z.object({ webhook: OpenWebhook }),
  access: { of: webhookManaged },
  async run(call) {
    const { name, avatar, secret } = call.input;
    return change(call, call.access.of.webhook, "webhook_update", {
      ...(name !== undefined && { name }),
      ...(avatar !== undefined && { avatar }),
      ...(secret !== undefined && { secret }),
    });
  },
});

export const regenerateWebhook = operation({
  name: "webhook.regenerate",
  summary: "Give a webhook another token; the old one opens nothing from now on.",
  input: () => z.object({ id: WebhookId }),
  output: () => z.object({ webhook: OpenWebhook }),
  access: { of: webhookManaged },
  async run(call) {
    return change(call, call.access.of.webhook, "webhook_regenerate", { token: newToken(call) });
  },
});

export const deleteWebhook = operation({
  name: "webhook.delete",
  summary: "Close a webhook for good.",
  input: () => z.object({ id: WebhookId }),
  output: () => z.object({ id: z.string() }),
  access: { of: webhookManaged },
  async run(call) {
    const { webhook } = call.access.of;
    const batch = new Batch().require(dropWebhook, { id: webhook.id });
    record(batch, call, "webhook_delete", webhook, webhook.channel_name);
    await call.store.commit(batch);
    return { id: webhook.id };
  },
});
