import { z } from "zod";
import {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  regenerateWebhook,
  showWebhook,
  updateWebhook,
} from "../../domain/webhooks/manage-webhooks.ts";
import type { OpenWebhook, Webhook } from "../../domain/webhooks/webhook.ts";
import { binding } from "../wire.ts";
import { TEXT } from "./meant.ts";
import { userId } from "./names.ts";
import { complain } from "./sentences.ts";

/** reference/originchats.md §5.12; `signed` is ours. */
const wireWebhook = (webhook: Webhook & Partial<Pick<OpenWebhook, "token">>) => ({
  id: webhook.id,
  channel: webhook.channel.name,
  name: webhook.name,
  ...(webhook.token !== undefined && { token: webhook.token }),
  created_by: userId(webhook.createdBy),
  created_at: webhook.createdAt / 1000,
  avatar: webhook.avatar,
  signed: webhook.signed,
});

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";
const EDITABLE = { name: TEXT.optional(), avatar: z.string().nullish(), secret: z.string().nullish() };
const ID = { id: TEXT.optional() };
const withId = () =>
  z.looseObject(ID).superRefine(({ id }, context) => void (isText(id) || complain(context, "Webhook ID is required")));
const toId = (r: { readonly id?: unknown }) => ({ id: r.id as string });

const webhookCreate = binding({
  name: "webhook_create",
  operation: createWebhook,
  request: () =>
    z.looseObject({ channel: TEXT.optional(), ...EDITABLE }).superRefine((r, context) => {
      if (!isText(r.channel)) complain(context, "Channel is required");
      else if (!isText(r.name)) complain(context, "Webhook name is required");
    }),
  toInput: (r) => ({ channel: r.channel as string, name: r.name as string, avatar: r.avatar ?? null, secret: r.secret ?? null }),
  toReply: ({ webhook }) => ({ cmd: "webhook_create", webhook: wireWebhook(webhook) }),
});

const webhookGet = binding({
  name: "webhook_get",
  operation: showWebhook,
  request: withId,
  toInput: toId,
  toReply: ({ webhook }) => ({ cmd: "webhook_get", webhook: wireWebhook(webhook) }),
});

const webhookList = binding({
  name: "webhook_list",
  operation: listWebhooks,
  request: () => z.looseObject({ channel: z.string().nullish() }),
  toInput: (r) => (r.channel ? { channel: r.channel } : {}),
  toReply: ({ webhooks }) => ({ cmd: "webhook_list", webhooks: webhooks.map(wireWebhook) }),
});

const webhookUpdate = binding({
  name: "webhook_update",
  operation: updateWebhook,
  request: () =>
    z.looseObject({ ...ID, ...EDITABLE }).superRefine((r, context) => {
      if (!isText(r.id)) complain(context, "Webhook ID is required");
      else if (r.name !== undefined && !isText(r.name)) complain(context, "Webhook name must be a non-empty string");
    }),
  toInput: (r) => ({
    id: r.id as string,
    ...(r.name !== undefined && { name: r.name as string }),
    ...(r.avatar !== undefined && { avatar: r.avatar }),
    ...(r.secret !== undefined && { secret: r.secret }),
  }),
  toReply: ({ webhook }) => ({ cmd: "webhook_update", webhook: wireWebhook(webhook) }),
});

const webhookRegenerate = binding({
  name: "webhook_regenerate",
  operation: regenerateWebhook,
  request: withId,
  toInput: toId,
  toReply: ({ webhook }) => ({ cmd: "webhook_regenerate", webhook: wireWebhook(webhook) }),
});

const webhookDelete = binding({
  name: "webhook_delete",
  operation: deleteWebhook,
  request: withId,
  toInput: toId,
  toReply: ({ id }) => ({ cmd: "webhook_delete", id, deleted: true }),
});

export const bindings = [webhookCreate, webhookGet, webhookList, webhookUpdate, webhookRegenerate, webhookDelete] as const;
