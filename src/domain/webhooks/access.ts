import type { Access, Ask } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { admitted, type Admitted } from "../channels/access.ts";
import type { Channel } from "../channels/channel.ts";
import { visibleChannels } from "../channels/list-channels.ts";
import { channelByRef, channelView } from "../channels/statements.ts";
import { asking, type Member, permitted } from "../users/access.ts";
import { webhookById, webhookByToken, type WebhookRow } from "./statements.ts";

const manager = permitted("manage_server");

export interface FoundWebhook {
  readonly webhook: WebhookRow;
  readonly member: Member;
}

async function found(ask: Ask<{ readonly id: string }>, member: Member): Promise<FoundWebhook> {
  const webhook = await ask.store.one(webhookById, { community: ask.actor.community, id: ask.input.id });
  if (!webhook) throw new Refusal("not-found", "webhook");
  // What stands in a hidden channel is hidden, also from who manages the server.
  await admitted(ask, webhook.channel, "view").catch((why: unknown) => {
    throw why instanceof Refusal && why.code === "not-found" ? new Refusal("not-found", "webhook") : why;
  });
  return { webhook, member };
}

/** A webhook of a channel that the actor may view. */
export const webhookSeen: Access<{ readonly id: string }, FoundWebhook> = {
  needs: "`view` in its channel",
  load: async (ask) => found(ask, await asking(ask)),
};
/** A webhook for whoever may manage the server and view its channel. */
export const webhookManaged: Access<{ readonly id: string }, FoundWebhook> = {
  needs: `${manager.needs}, and \`view\` in its channel`,
  load: async (ask) => found(ask, await manager.load(ask)),
};

/** A channel for whoever may manage the server and view it. */
export const channelForWebhooks: Access<{ readonly channel: string }, Admitted> = {
  needs: `${manager.needs}, and \`view\` in the channel`,
  async load(ask) {
    await manager.load(ask);
    return admitted(ask, ask.input.channel, "view");
  },
};

/** The channels whose webhooks are asked for: the one named, else all that the actor may view. */
export const channelsForWebhooks: Access<{ readonly channel?: string | undefined }, ReadonlySet<string>> = {
  needs: `${manager.needs}, and \`view\` in the channels`,
  async load(ask) {
    const member = await manager.load(ask);
    const { channel } = ask.input;
    const channels =
      channel === undefined ? await visibleChannels(ask, member) : [(await admitted(ask, channel, "view")).channel];
    return new Set(channels.map(({ id }) => id));
  },
};

/** The channel that a token opens; whoever knows the token may post there. */
export const webhookDoor: Access<{ readonly token: string }, { readonly webhook: WebhookRow; readonly channel: Channel }> = {
  needs: "the webhook's token",
  async load(ask) {
    const { community } = ask.actor;
    const webhook = await ask.store.one(webhookByToken, { community, token: ask.input.token });
    if (!webhook) throw new Refusal("not-signed-in", "webhook.token");
    const row = await ask.store.one(channelByRef, { community, ref: webhook.channel, key: "" });
    if (!row) throw new Refusal("not-found", "channel");
    return { webhook, channel: channelView(row) };
  },
};
