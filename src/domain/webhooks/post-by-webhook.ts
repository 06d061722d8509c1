import { z } from "zod";
import { type Call, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import type { Channel } from "../channels/channel.ts";
import { addMessage } from "../messages/add-message.ts";
import { Content, refuseTooLong } from "../messages/content.ts";
import { type Embed, Embeds } from "../messages/embed.ts";
import { pingsIn } from "../messages/mentions.ts";
import { Message, Pings } from "../messages/message.ts";
import { nameKey, SYSTEM } from "../users/user.ts";
import { webhookDoor } from "./access.ts";
import { githubEmbed } from "./github-embed.ts";
import { isSignedByGithub } from "./github-signature.ts";
import type { WebhookRow } from "./statements.ts";
import { WebhookAvatar, WebhookName } from "./webhook.ts";

const Token = z.string().min(1).max(300).meta({ secret: true });

/** By address: so many requests without a right token find out nothing. */
const pace = { burst: 60, perMinute: 300 };

export const postByWebhook = operation({
  name: "webhook.post",
  summary: "Post a message through a webhook.",
  input: () =>
    z
      .object({
        token: Token,
        content: Content.default(""),
        embeds: Embeds.default([]),
        /** Shown instead of the webhook's own. */
        name: WebhookName.optional(),
        avatar: WebhookAvatar.optional(),
      })
      .refine(({ content, embeds }) => content !== "" || embeds.length > 0, "webhook.empty"),
  output: () => z.object({ message: Message }),
  access: { by: webhookDoor },
  pace,
  check: refuseTooLong,
  async run(call) {
    const { input } = call;
    const { webhook, channel } = call.access.by;
    if (webhook.secret !== null) throw new Refusal("not-signed-in", "webhook.unsigned");
    const as = { id: webhook.id, name: input.name ?? webhook.name, avatar: input.avatar ?? webhook.avatar };
    return post(call, webhook, channel, { as, content: input.content, embeds: input.embeds });
  },
});

const GITHUB = {
  id: "github",
  name: "GitHub",
  avatar: "https://github.githubassets.com/images/modules/logos_page/GitHub-Mark.png",
};

export const postGithubEvent = operation({
  name: "webhook.post-github",
  summary: "Tell an event of GitHub's through a webhook; events that nobody wants to read are taken in silence.",
  input: () =>
    z.object({
      token: Token,
      event: z.string().max(100),
      signature: z.string().max(200).nullable(),
      /** As it was signed. */
      body: z.instanceof(Uint8Array),
    }),
  output: () => z.object({ message: Message.nullable() }),
  access: { by: webhookDoor },
  pace,
  async run(call) {
    const { event, signature, body } = call.input;
    const { webhook, channel } = call.access.by;
    if (webhook.secret !== null && !isSignedByGithub(body, signature, webhook.secret))
      throw new Refusal("not-signed-in", "webhook.signature");
    const embed = githubEmbed(event, parsed(body), call.now());
    if (embed === "unknown") throw new Refusal("invalid-input", "webhook.event", { event });
    if (embed === "silent") return { message: null };
    return post(call, webhook, channel, { as: GITHUB, content: "", embeds: [embed] });
  },
});

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new Refusal("invalid-input", "webhook.json");
  }
}

interface Post {
  readonly as: { readonly id: string; readonly name: string; readonly avatar: string | null };
  readonly content: string;
  readonly embeds: readonly Embed[];
}

async function post(call: Call<unknown, unknown>, webhook: WebhookRow, channel: Channel, { as, content, embeds }: Post) {
  if (channel.kind !== "text") throw new Refusal("invalid-input", "channel.kind", { kind: channel.kind });
  call.pace.take(`webhook ${webhook.id}`, { burst: 10, perMinute: call.settings.webhooks.per_minute }, "webhook.pace");
  const message: Message = {
    id: call.id(),
    channel: channel.id,
    author: SYSTEM,
    content,
    at: call.now(),
    editedAt: null,
    replyTo: null,
    pinned: false,
    embeds: [...embeds],
    attachments: [],
    extra: { webhook: as },
    reactions: [],
  };
  const batch = new Batch();
  const place = { channel: channel.id, name: channel.name };
  addMessage(batch, call, { place, message, pings: await pingsWithoutAll(call, content) });
  await call.store.commit(batch);
  return { message };
}

/** A program may call a person or a team, not everybody: the roles that newcomers get are no calls here. */
async function pingsWithoutAll(call: Call<unknown, unknown>, content: string): Promise<Pings> {
  const { cracked, DB } = call.settings;
  const everybodys = new Set(["everyone", ...cracked.default_roles, ...DB.users.default.roles].map(nameKey));
  const pings = await pingsIn(call, content);
  return { ...pings, roles: pings.roles.filter((role) => !everybodys.has(nameKey(role))) };
}
