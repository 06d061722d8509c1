import { channelKey } from "../../src/domain/channels/access.ts";
import type { Channel } from "../../src/domain/channels/channel.ts";
import { channelRow, insertChannel } from "../../src/domain/channels/statements.ts";
import { insertMessage } from "../../src/domain/messages/statements.ts";
import { SYSTEM } from "../../src/domain/users/user.ts";
import { Batch, type Store } from "../../src/storage/store.ts";

interface Wanted {
  readonly id: string;
  readonly name: string;
  readonly position: number;
  readonly rules: Channel["rules"];
  readonly at: number;
  /** Id of the message it begins with. */
  readonly seed: string;
}

/** Puts a text channel into the store as it would be there, without an operation and its events. */
export async function putTextChannel(store: Store, community: string, { at, seed, ...wanted }: Wanted): Promise<void> {
  const { id, name } = wanted;
  const channel: Channel = {
    ...wanted,
    kind: "text",
    displayName: null,
    description: null,
    icon: null,
    size: null,
    userLimit: 0,
    slowMode: 0,
    retention: "forever",
    listed: true,
    locked: false,
  };
  const none = { replyTo: null, replyAuthor: null, replyPing: 0, embeds: null, extra: null, nonce: null };
  const content = `This is the beginning of #${name}.`;
  await store.commit(
    new Batch()
      .add(insertChannel, { ...channelRow(channel), password: null, community, key: channelKey(name), at })
      .add(insertMessage, { id: seed, channel: id, place: id, author: SYSTEM.id, content, at, ...none }),
  );
}
