import type { Batch } from "../../storage/store.ts";
import { keptUnder, type Place } from "../messages/message.ts";
import { insertMessage } from "../messages/statements.ts";
import { SYSTEM } from "../users/user.ts";
import { channelKey } from "./access.ts";
import type { Channel } from "./channel.ts";
import { channelRow, insertChannel } from "./statements.ts";

/** A channel at the place `channel.position`, and what it begins with. */
export function addChannel(batch: Batch, community: string, channel: Channel, at: number, seed: string): void {
  batch.add(insertChannel, {
    ...channelRow(channel),
    password: null,
    community,
    key: channel.name === "" ? channel.id : channelKey(channel.name),
    at,
  });
  if (channel.kind === "text") addBeginning(batch, { channel: channel.id, name: channel.name }, `#${channel.name}`, at, seed);
}

/**
 * The first message of a text channel or a thread, the server's own: originChats' web client shows live messages only where history was not empty
 * (reference/originchats.md §10.5 rule 1).
 */
export function addBeginning(batch: Batch, place: Place, title: string, at: number, id: string): void {
  batch.add(insertMessage, {
    id,
    channel: place.channel,
    place: keptUnder(place),
    author: SYSTEM.id,
    content: `This is the beginning of ${title}.`,
    at,
    replyTo: null,
    replyAuthor: null,
    replyPing: 0,
    embeds: null,
    extra: null,
    nonce: null,
  });
}
