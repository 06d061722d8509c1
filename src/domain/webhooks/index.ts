import { createWebhook, deleteWebhook, listWebhooks, regenerateWebhook, showWebhook, updateWebhook } from "./manage-webhooks.ts";
import { postByWebhook, postGithubEvent } from "./post-by-webhook.ts";

export const operations = [
  createWebhook,
  showWebhook,
  listWebhooks,
  updateWebhook,
  regenerateWebhook,
  deleteWebhook,
  postByWebhook,
  postGithubEvent,
] as const;
export const events = [] as const;
