import type { Store } from "../../storage/store.ts";
import { pollsOn } from "../polls/present-polls.ts";
import { type Realm, type Speaker } from "../users/user.ts";
import type { Message, Reaction } from "./message.ts";
import { type MessageRow, reactionsTo } from "./statements.ts";

/** Somebody by the name of their account, or, when it is gone or never was, by what was written down. */
export const speaker = (id: string, name: string | null, realm: Realm | null): Speaker => ({ id, name: name ?? id, realm });

/**
 * Rows as messages, with their reactions fetched in one read, and their polls.
 * @param viewer whose own votes are told; nobody's without.
 */
export async function presentMessages(store: Store, rows: readonly MessageRow[], viewer?: string): Promise<Message[]> {
  if (!rows.length) return [];
  const asking = rows.filter(({ embeds }) => embeds?.includes('"poll"')).map(({ id }) => id);
  const polls = asking.length ? await pollsOn(store, asking, viewer) : undefined;
  const reactions = new Map<string, Map<string, Reaction>>();
  for (const row of await store.all(reactionsTo, { messages: rows.map(({ id }) => id) })) {
    let ofMessage = reactions.get(row.message);
    if (!ofMessage) reactions.set(row.message, (ofMessage = new Map()));
    let reaction = ofMessage.get(row.emoji);
    if (!reaction) ofMessage.set(row.emoji, (reaction = { emoji: row.emoji, by: [] }));
    reaction.by.push(speaker(row.user_, row.name, row.realm));
  }
  return rows.map((row) => ({
    id: row.id,
    channel: row.channel,
    author: speaker(row.author, row.author_name, row.author_realm),
    content: row.content,
    at: row.at,
    editedAt: row.edited_at,
    replyTo: row.reply_to
      ? { id: row.reply_to, author: speaker(row.reply_author ?? "", row.reply_name, row.reply_realm), ping: row.reply_ping === 1 }
      : null,
    pinned: row.pinned_at !== null,
    embeds: row.embeds ? JSON.parse(row.embeds) : [],
    extra: row.extra ? JSON.parse(row.extra) : {},
    reactions: [...(reactions.get(row.id)?.values() ?? [])],
    ...(polls?.has(row.id) && { poll: polls.get(row.id)! }),
  }));
}
