import { pollsOn } from "../polls/present-polls.ts";
import type { Ask } from "../../kernel/operation.ts";
import type { Attachment } from "../attachments/attachment.ts";
import { attachmentsOf, attachmentView } from "../attachments/statements.ts";
import { type Realm, type Speaker } from "../users/user.ts";
import { pingsOf } from "./mentions.ts";
import type { Message, Reaction } from "./message.ts";
import { type MessageRow, reactionsTo } from "./statements.ts";

/** Somebody by the name of their account, or, when it is gone or never was, by what was written down. */
export const speaker = (id: string, name: string | null, realm: Realm | null): Speaker => ({ id, name: name ?? id, realm });

/**
 * Rows as messages, with whom they call upon, their reactions and attachments fetched in one read each, and their polls.
 * @param viewer whose own votes are told; nobody's without.
 */
export async function presentMessages(
  ask: Pick<Ask<unknown>, "store" | "settings" | "actor">,
  rows: readonly MessageRow[],
  viewer?: string,
): Promise<Message[]> {
  if (!rows.length) return [];
  const { store } = ask;
  const asking = rows.filter(({ embeds }) => embeds?.includes('"poll"')).map(({ id }) => id);
  const polls = asking.length ? await pollsOn(store, asking, viewer) : undefined;
  const messages = rows.map(({ id }) => id);
  const [pings, reacted, attached] = await Promise.all([
    pingsOf(ask, messages),
    store.all(reactionsTo, { messages }),
    store.all(attachmentsOf, { messages }),
  ]);
  const attachments = new Map<string, Attachment[]>();
  for (const row of attached) {
    const ofMessage = attachments.get(row.message!);
    if (ofMessage) ofMessage.push(attachmentView(row, ask));
    else attachments.set(row.message!, [attachmentView(row, ask)]);
  }
  const reactions = new Map<string, Map<string, Reaction>>();
  for (const row of reacted) {
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
    attachments: attachments.get(row.id) ?? [],
    extra: row.extra ? JSON.parse(row.extra) : {},
    reactions: [...(reactions.get(row.id)?.values() ?? [])],
    ...(pings.has(row.id) && { pings: pings.get(row.id)! }),
    ...(polls?.has(row.id) && { poll: polls.get(row.id)! }),
  }));
}
