import { bytes, plain } from "../cli/table.ts";
import { timeOfDay } from "../terminal/text.ts";
import { dayAndTime } from "./command.ts";
import { isGoodbye } from "./commands.ts";
import type { Conversation } from "./conversation.ts";
import {
  authorName,
  DirectMessage,
  type Frame,
  MessageNew,
  OfMessage,
  Reaction,
  spokenName,
  ThreadFrame,
  type WireMessage,
} from "./frames.ts";
import type { LinkNews } from "./link.ts";
import { Refused } from "./refused.ts";
import { directKey, keyOf, type Room, titleOf } from "./rooms.ts";
import { callsUpon, roomOf } from "./state.ts";
import type { ChatInput } from "./store.ts";

/** Why a server cannot be entered. */
export type Barred = Extract<LinkNews, { is: "refused" }>;

/** Messages remembered so that none is printed twice. */
const MOST_PRINTED = 5000;
/** Of the first page; `:more` has the rest. */
const FIRST_LINES = 20;
/** What comes faster than the server takes it is said later; after this long it is given up. */
const LONGEST_WAIT_MS = 300_000;
const LONGEST_QUOTE = 40;
const MOST_REACTIONS = 20;

/**
 * A conversation as lines, for pipes and screen readers: nothing is moved or overwritten. Lines of others stand as
 * `14:03 #room name: text`, what happened as `* …`, complaints as `! …`. Ends when the input ends, with `:quit`, or when the server
 * cannot be entered, which it then gives.
 */
export async function converseInLines(
  chat: Conversation,
  lines: AsyncIterable<string>,
  write: (line: string) => void,
): Promise<Barred | undefined> {
  const printed = new Set<string>();
  const ended = Promise.withResolvers<Barred | undefined>();
  const stop = chat.subscribe((input) => {
    for (const line of linesOf(chat, input, printed)) write(line);
    if (printed.size > MOST_PRINTED) for (const id of [...printed].slice(0, printed.size - MOST_PRINTED)) printed.delete(id);
    if (input.type === "link" && input.news.is === "refused") ended.resolve(input.news);
    // What was found was printed: it stands in nobody's way.
    if (input.type === "found" && input.found) chat.finding.list(undefined);
  });
  chat.start();
  void (async () => {
    // What is piped in is said once there is a room to say it in.
    await chat.ready;
    for await (const line of lines) {
      if (isGoodbye(line)) break;
      for (let waited = 0; waited < LONGEST_WAIT_MS;) {
        const why = await chat.say(line);
        if (!(why instanceof Refused) || !why.waitMs || why.waitMs > LONGEST_WAIT_MS) break;
        waited += why.waitMs;
        await chat.after(why.waitMs);
      }
    }
    ended.resolve(undefined);
  })();
  try {
    return await ended.promise;
  } finally {
    stop();
    chat.close();
  }
}

const placeName = (chat: Conversation, key: string): string => {
  const room = roomOf(chat.state(), key);
  return plain(room ? titleOf(room) : `#${key}`);
};

function linesOf(chat: Conversation, input: ChatInput, printed: Set<string>): string[] {
  switch (input.type) {
    case "notice":
      return [`${input.good ? "*" : "!"} ${plain(input.text)}`];
    case "enter":
      return [`* You are in ${placeName(chat, input.room)}.`];
    case "link":
      if (input.news.is === "lost") return [`! ${plain(input.news.why)} Trying again…`];
      return input.news.is === "open" ? [`* Signed in${input.news.again ? " again" : ""}.`] : [];
    case "page": {
      const fresh = input.messages.filter(({ id }) => !printed.has(id));
      return fresh
        .slice(input.as === "fresh" ? -FIRST_LINES : 0)
        .flatMap((message) => messageLines(chat, placeName(chat, input.room), message, printed));
    }
    case "mark":
      return markLines(chat, input.ids);
    case "found":
      return (input.found?.hits ?? []).map(
        ({ message, title }) =>
          `* ${dayAndTime(message)} ${plain(title)} ${plain(authorName(message))}: ${plain(message.content)}`,
      );
    case "frame":
      return frameLines(chat, input.frame, printed);
    case "front":
    case "away":
    case "select":
    case "jump":
      return [];
  }
}

/** What got numbers, the first of them last: it is the newest. */
function markLines(chat: Conversation, ids: readonly string[]): string[] {
  const { room } = chat;
  const lines = ids.map((id, index) => {
    const mark = `%${index + 1}`;
    if (room?.kind === "forum") return threadWords(roomOf(chat.state(), id), mark);
    const message = room?.messages.find((one) => one.id === id);
    return message ? `${mark} ${messageWords(chat, message)}` : mark;
  });
  return lines.length
    ? lines.toReversed()
    : [room?.kind === "forum" ? "* No thread is here yet; :thread begins one." : "* Nothing is here yet."];
}
function threadWords(room: Room | undefined, mark: string): string {
  if (!room?.thread) return mark;
  const { by, at, locked, archived } = room.thread;
  const more = [room.unread && `${room.unread} unread`, room.called && "calls you", locked && "locked", archived && "put away"];
  return [`${mark} ${plain(room.name)}`, plain(spokenName(by)), at && dayAndTime({ timestamp: at }), ...more]
    .filter(Boolean)
    .join(", ");
}

/** `14:03 name (to other): text`, with files and, where there are any, reactions. */
function messageWords(chat: Conversation, message: WireMessage, place = ""): string {
  const to = message.reply_to ? ` (to ${plain(spokenName(message.reply_to.user))})` : "";
  const calls = callsUpon(message, chat.state()) ? " (calls you)" : "";
  const time = timeOfDay(message.timestamp * 1000).slice(0, 5);
  const files = (message.attachments ?? []).map(({ name, size, url }) => ` [${plain(name)}, ${bytes(size)}, ${plain(url)}]`);
  const by = Object.entries(message.reactions ?? {}).slice(0, MOST_REACTIONS);
  const reactions = by.length ? ` (${by.map(([emoji, all]) => `${plain(emoji)} ${all.length}`).join(", ")})` : "";
  return `${time} ${place}${plain(authorName(message))}${to}${calls}: ${plain(message.content)}${files.join("")}${reactions}`;
}
function messageLines(chat: Conversation, place: string, message: WireMessage, printed: Set<string>): string[] {
  if (printed.has(message.id)) return [];
  printed.add(message.id);
  return [messageWords(chat, message, `${place} `)];
}

function frameLines(chat: Conversation, frame: Frame, printed: Set<string>): string[] {
  switch (frame.cmd) {
    case "message_new": {
      const said = MessageNew.parse(frame);
      return messageLines(chat, placeName(chat, keyOf(said)), said.message, printed);
    }
    case "direct_message_new": {
      const { from, to } = DirectMessage.parse(frame);
      const room = roomOf(chat.state(), directKey(from === chat.state().me ? to : from));
      const said = room?.messages.at(-1);
      return room && said ? [messageWords(chat, said, `${plain(titleOf(room))} `)] : [];
    }
    case "message_edit": {
      const message = found(chat, OfMessage.parse(frame));
      return message ? [`* ${plain(authorName(message))} changed it to: ${plain(message.content)}`] : [];
    }
    case "message_delete":
      return [`* A message in ${placeName(chat, keyOf(OfMessage.parse(frame)))} was deleted.`];
    case "message_react_add":
    case "message_react_remove": {
      const given = Reaction.parse(frame);
      const [from, emoji] = [plain(spokenName(given.from)), plain(given.emoji)];
      const what = quoted(found(chat, given)?.content) || " a message";
      return [
        frame.cmd === "message_react_add" ? `* ${from} reacted ${emoji} to${what}.` : `* ${from} took ${emoji} back from${what}.`,
      ];
    }
    case "thread_create": {
      const { thread } = ThreadFrame.parse(frame);
      return [
        `* ${plain(spokenName(thread.created_by))} began a thread in #${plain(thread.parent_channel)}: ${plain(thread.name)}`,
      ];
    }
    default:
      return [];
  }
}
const found = (chat: Conversation, place: { channel: string; thread_id?: string | null | undefined; id: string }) =>
  roomOf(chat.state(), keyOf(place))?.messages.find(({ id }) => id === place.id);
const quoted = (text = ""): string => {
  const content = plain(text);
  return content ? ` "${content.length > LONGEST_QUOTE ? `${content.slice(0, LONGEST_QUOTE)}…` : content}"` : "";
};
