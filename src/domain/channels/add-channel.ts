import type { Batch } from "../../storage/store.ts";
import { insertMessage } from "../messages/statements.ts";
import { SYSTEM } from "../users/user.ts";
import { channelKey } from "./access.ts";
import type { Channel } from "./channel.ts";
import { channelRow, insertChannel } from "./statements.ts";

/** A channel at the place `channel.position`, and what it begins with. */
export function addChannel(batch: Batch, community: string, channel: Channel, at: number, seed: string): void {
  batch.add(insertChannel, {
    ...channelRow(channel),
    community,
    key: channel.name === "" ? channel.id : channelKey(channel.name),
    at,
  });
  if (channel.kind === "text") addBeginning(batch, channel, at, seed);
}

/**
 * The first message of a text channel, the server's own: originChats' web client shows live messages only where history was not empty
 * (reference/originchats.md §10.5 rule 1).
 */
export function addBeginning(batch: Batch, channel: Pick<Channel, "id" | "name">, at: number, id: string): void {
  batch.add(insertMessage, {
    id,
    channel: channel.id,
    place: channel.id,
    author: SYSTEM.id,
    content: `This is the beginning of #${channel.name}.`,
    at,
    replyTo: null,
    replyAuthor: null,
    replyPing: 0,
    embeds: null,
    extra: null,
    nonce: null,
  });
}
