import { plain } from "../cli/table.ts";
import { timeOfDay } from "../terminal/text.ts";
import { isGoodbye } from "./commands.ts";
import type { Conversation } from "./conversation.ts";
import { authorName, type Frame, spokenName, type WireMessage } from "./frames.ts";
import type { LinkNews } from "./link.ts";
import { callsUpon, type ChatInput } from "./store.ts";

/** Why a server cannot be entered. */
export type Barred = Extract<LinkNews, { is: "refused" }>;

/** Messages remembered so that none is printed twice. */
const MOST_PRINTED = 5000;
/** Of the first page; `:more` has the rest. */
const FIRST_LINES = 20;
const LONGEST_QUOTE = 40;

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
  });
  chat.start();
  void (async () => {
    // What is piped in is said once there is a room to say it in.
    await chat.ready;
    for await (const line of lines) {
      if (isGoodbye(line)) break;
      await chat.say(line);
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

function linesOf(chat: Conversation, input: ChatInput, printed: Set<string>): string[] {
  switch (input.type) {
    case "notice":
      return [`${input.good ? "*" : "!"} ${plain(input.text)}`];
    case "enter":
      return [`* You are in #${plain(input.room)}.`];
    case "link":
      if (input.news.is === "lost") return [`! The connection is lost: ${plain(input.news.why)}. Trying again…`];
      return input.news.is === "open" ? [`* Signed in${input.news.again ? " again" : ""}.`] : [];
    case "page": {
      const fresh = input.messages.filter(({ id }) => !printed.has(id));
      return fresh
        .slice(input.as === "fresh" ? -FIRST_LINES : 0)
        .flatMap((message) => messageLines(chat, input.room, message, printed));
    }
    case "frame":
      return frameLines(chat, input.frame, printed);
  }
}

function messageLines(chat: Conversation, room: string, message: WireMessage, printed: Set<string>): string[] {
  if (printed.has(message.id)) return [];
  printed.add(message.id);
  const to = message.reply_to ? ` (to ${plain(spokenName(message.reply_to.user))})` : "";
  const calls = callsUpon(message, chat.state().me) ? " (calls you)" : "";
  const time = timeOfDay(message.timestamp * 1000).slice(0, 5);
  return [`${time} #${plain(room)} ${plain(authorName(message))}${to}${calls}: ${plain(message.content)}`];
}

function frameLines(chat: Conversation, frame: Frame, printed: Set<string>): string[] {
  const found = (id: unknown) =>
    chat
      .state()
      .rooms.find(({ name }) => name === frame["channel"])
      ?.messages.find((message) => message.id === id);
  const quoted = (id: unknown): string => {
    const content = plain(found(id)?.content ?? "");
    return content ? ` "${content.length > LONGEST_QUOTE ? `${content.slice(0, LONGEST_QUOTE)}…` : content}"` : "";
  };
  const from = plain(spokenName(String(frame["from"] ?? "")));
  if (frame.cmd === "message_new" && !frame["thread_id"])
    return messageLines(chat, String(frame["channel"]), frame["message"] as WireMessage, printed);
  if (frame.cmd === "message_edit") {
    const message = found(frame["id"]);
    return message ? [`* ${plain(authorName(message))} changed it to: ${plain(message.content)}`] : [];
  }
  if (frame.cmd === "message_delete") return [`* A message in #${plain(String(frame["channel"]))} was deleted.`];
  if (frame.cmd === "message_react_add")
    return [`* ${from} reacted ${plain(String(frame["emoji"]))} to${quoted(frame["id"]) || " a message"}.`];
  if (frame.cmd === "message_react_remove")
    return [`* ${from} took ${plain(String(frame["emoji"]))} back from${quoted(frame["id"]) || " a message"}.`];
  return [];
}
