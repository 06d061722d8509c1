import type { EventData } from "../../domain/index.ts";
import type { Message, Pings } from "../../domain/messages/message.ts";
import type { PollStanding } from "../../domain/polls/standing.ts";
import type { Speaker } from "../../domain/users/user.ts";
import { Farewell, type Renderings } from "../wire.ts";
import type { Recent } from "./recent.ts";
import type { Said } from "./said.ts";
import { beginning, oneLine, rowsOf } from "./text.ts";

const name = (who: Speaker): string => oneLine(who.name);
const EXCERPT = 40;

/** A message as rows of text: whom it answers, what it says, what is attached. */
function rows(message: Message): string[] {
  const text = message.content === "" ? [] : rowsOf(message.content);
  for (const { title, description, url } of message.embeds as readonly { title?: string; description?: string; url?: string }[])
    text.push(beginning(["▪", title, description, url].filter(Boolean).join(" "), 200));
  for (const { name: file, url } of message.attachments) text.push(`[file] ${oneLine(file)} ${oneLine(url)}`);
  if (message.poll) text.push(...pollRows(message.poll));
  const first = text[0] ?? "";
  const marks = `${message.replyTo ? `↳ ${name(message.replyTo.author)}: ` : ""}`;
  return [marks + first, ...text.slice(1)];
}

/** A question with what is chosen from, and how often each was. */
const pollRows = ({ question, options }: PollStanding): string[] => [
  `[poll] ${beginning(question, 200)}`,
  ...options.map(({ text, votes }) => `- ${beginning(text, 100)} (${votes})`),
];

/** A message of the history or just written. */
export function messageSaid(message: Message, room: string, pings?: Pings): Said & { kind: "message" } {
  const reactions = message.reactions.map(({ emoji, by }) => `${oneLine(emoji)} ${by.length}`).join("  ");
  const edited = message.editedAt === null ? "" : " (edited)";
  const said = rows(message);
  said[said.length - 1] += edited;
  return {
    kind: "message",
    channel: message.channel,
    room,
    id: message.id,
    author: message.extra.webhook ? oneLine(message.extra.webhook.name) : name(message.author),
    rows: reactions ? [...said, `(${reactions})`] : said,
    calls: pings ? [...pings.users, ...pings.replies].map(({ id }) => id) : [],
  };
}
const excerptOf = (message: Message): string => `${name(message.author)}: "${beginning(message.content, EXCERPT)}"`;

const ENDED = {
  ban: "You were banned",
  kick: "You were thrown out",
  password: "Your password was changed: log in again",
} as const satisfies Record<EventData<"session.ended">["cause"], string>;

/** Every event in this wire's words (reference/chatsock.md). */
export const renderings = (recent: Recent): Renderings => {
  const about = (id: string): string => recent.of(id) ?? "an earlier message";
  const elsewhere = (text: string): Said => ({ kind: "elsewhere", text });
  const note = ({ channel }: { channel: string }, text: string): Said => ({ kind: "note", channel, text });
  return {
    "community.updated": null,
    "member.joined": null,
    "member.updated": null,
    "member.roles-changed": null,
    "member.left": null,
    "member.departed": () => new Farewell([{ kind: "word", text: "You are no member of this server any more." }], "left"),
    "presence.connected": null,
    "presence.disconnected": null,
    "status.changed": null,
    "role.created": null,
    "role.updated": null,
    "role.deleted": null,
    "role.reordered": null,
    "access.changed": null,
    "channel.created": null,
    "channel.updated": ({ data: { channel, was } }): Said | undefined =>
      channel.name === was ? undefined : { kind: "renamed", channel: channel.id, name: oneLine(channel.name) },
    "channel.moved": null,
    "channel.deleted": null,
    "channel.entered": ({ data: { place, user } }) => note(place, `${name(user)} joined the room`),
    "channel.left": ({ data: { place, user } }) => note(place, `${name(user)} left the room`),
    "direct-message.sent": ({ data: { from, to, content } }): Said => ({
      kind: "direct",
      from: { id: from.id, name: name(from) },
      to: { id: to.id, name: name(to) },
      rows: rowsOf(content),
    }),
    "message.created": ({ data: { message, pings, place } }) => {
      recent.add(message.id, excerptOf(message));
      return messageSaid(message, oneLine(place.name), pings);
    },
    "message.edited": ({ data: { message, place } }) => {
      recent.add(message.id, excerptOf(message));
      return note(place, `${name(message.author)} changed a message: ${beginning(message.content, 400)}`);
    },
    "message.deleted": ({ data: { place, id, author, by } }) => {
      const known = recent.of(id);
      recent.drop(id);
      return note(place, `${name(by)} deleted ${known ?? (by.id === author.id ? "a message" : `a message by ${name(author)}`)}`);
    },
    "message.pinned": ({ data: { place, id, pinned, by } }) =>
      note(place, `${name(by)} ${pinned ? "pinned" : "unpinned"} ${about(id)}`),
    "reaction.added": ({ data: { place, id, emoji, by } }) =>
      note(place, `${name(by)} reacted ${oneLine(emoji)} to ${about(id)}`),
    "reaction.removed": ({ data: { place, id, emoji, by } }) =>
      note(place, `${name(by)} took back ${oneLine(emoji)} from ${about(id)}`),
    "typing.started": null,
    "message.purged": ({ data: { place, ids } }) =>
      note(place, ids.length === 1 ? "a message was deleted" : `${ids.length} messages were deleted`),
    "message.expired": null,
    "member.timed-out": ({ data: { lastsMs, reason } }): Said => ({
      kind: "word",
      text:
        lastsMs === 0
          ? "You may write again."
          : `You may not write for ${Math.ceil(lastsMs / 1000)} seconds${reason ? `: ${oneLine(reason)}` : "."}`,
    }),
    "session.ended": ({ data: { cause, reason } }) =>
      new Farewell(
        [
          {
            kind: "word",
            text: `${ENDED[cause]}${reason ? `: ${oneLine(reason)}` : "."}`,
          },
        ],
        cause,
      ),
    "member.banned": null,
    "member.unbanned": null,
    "member.kicked": null,
    "read-mark.moved": null,
    "modlog.recorded": null,
    "token.minted": null,
    "attachment.deleted": null,
    "emoji.added": null,
    "emoji.updated": null,
    "emoji.deleted": null,
    "plugin.started": null,
    "plugin.stopped": null,
    "slash.added": null,
    "slash.removed": null,
    "slash.called": null,
    "slash.whispered": null,
    "thread.created": ({ data: { thread } }) =>
      elsewhere(`a thread was begun in ${oneLine(thread.place.name)}: ${beginning(thread.name, EXCERPT)}`),
    "thread.updated": null,
    "thread.deleted": null,
    "thread.joined": null,
    "thread.left": null,
    "poll.voted": null,
    "poll.ended": ({ data: { place, poll } }) => note(place, `a poll has ended: ${pollRows(poll).join("  ")}`),
    "voice.joined": ({ data: { place, seat } }) => elsewhere(`${name(seat.user)} joined the call in ${oneLine(place.name)}`),
    "voice.updated": null,
    "voice.speaking": null,
    "voice.left": ({ data: { place, user, remaining } }) =>
      remaining.length ? undefined : elsewhere(`${name(user)} left the call in ${oneLine(place.name)}`),
    "voice.seated": null,
    "voice.unseated": null,
  };
};
