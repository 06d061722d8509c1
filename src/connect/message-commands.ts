import { type ClientCommand, dayAndTime, meant, needed } from "./command.ts";
import type { Conversation } from "./conversation.ts";
import { authorName, type Frame, Messages } from "./frames.ts";
import { keyOf, titleOf } from "./rooms.ts";
import { roomOf } from "./state.ts";

const MOST_MARKED = 20;
const MOST_FOUND = 20;

/** Messages of an answer as notices, the newest last. */
function tell(chat: Conversation, answer: Frame, none: string): void {
  const { messages } = Messages.parse({ messages: answer["results"] ?? answer["messages"] });
  if (!messages.length) chat.notice(none);
  const newestLast = messages.slice(0, MOST_FOUND).toSorted((a, b) => a.timestamp - b.timestamp);
  for (const found of newestLast) chat.notice(`${dayAndTime(found)} ${authorName(found)}: ${found.content}`);
}

export const MESSAGE_COMMANDS: readonly ClientCommand[] = [
  {
    name: "reply",
    takes: "[which] <text>",
    does: "answer the newest message, or that one",
    run(chat, rest) {
      const { message, words } = meant(chat, rest, "theirs");
      return chat.post(needed(words, "a text"), { reply_to: message.id });
    },
  },
  {
    name: "react",
    takes: "[which] <emoji>",
    does: "react to it; again takes it back",
    async run(chat, rest) {
      const { message, words } = meant(chat, rest, "theirs");
      const emoji = needed(words, "an emoji");
      const taken = message.reactions?.[emoji]?.includes(chat.state().me);
      await chat.ask({ cmd: taken ? "message_react_remove" : "message_react_add", ...chat.placeIn(), id: message.id, emoji });
    },
  },
  {
    name: "edit",
    takes: "[which] <text>",
    does: "change your newest message, or that one",
    async run(chat, rest) {
      const { message, words } = meant(chat, rest, "mine", { names: false });
      await chat.ask({ cmd: "message_edit", ...chat.placeIn(), id: message.id, content: needed(words, "the new text") });
    },
  },
  {
    name: "delete",
    takes: "[which]",
    does: "delete your newest message, or that one",
    async run(chat, rest) {
      const { message } = meant(chat, rest, "mine");
      await chat.ask({ cmd: "message_delete", ...chat.placeIn(), id: message.id });
    },
  },
  {
    name: "pin",
    takes: "[which]",
    does: "pin it; again takes it down",
    async run(chat, rest) {
      const { message } = meant(chat, rest, "any");
      await chat.ask({ cmd: message.pinned ? "message_unpin" : "message_pin", ...chat.placeIn(), id: message.id });
      chat.notice(`${message.pinned ? "No longer pinned" : "Pinned"}: ${authorName(message)}: ${message.content}`);
    },
  },
  {
    name: "pins",
    takes: "",
    does: "list what is pinned here",
    run: async (chat) => tell(chat, await chat.ask({ cmd: "messages_pinned", ...chat.placeIn() }), "Nothing is pinned here."),
  },
  {
    name: "id",
    takes: "[which]",
    does: "show its id, for other programs",
    run: (chat, rest) => chat.notice(meant(chat, rest, "any").message.id),
  },
  {
    name: "marks",
    takes: "[how many]",
    does: "number the newest messages: %1, %2, …",
    run(chat, rest) {
      const many = Math.min(Number(rest) || MOST_MARKED, 1000);
      const messages = (chat.room?.messages ?? []).filter(({ ephemeral }) => !ephemeral);
      chat.mark(
        messages
          .slice(-many)
          .map(({ id }) => id)
          .toReversed(),
      );
    },
  },
  { name: "more", takes: "", does: "show older messages", run: (chat) => chat.older() },
  {
    name: "search",
    takes: "<words>",
    does: "find messages in this room",
    async run(chat, rest) {
      const query = needed(rest, "words to look for");
      tell(chat, await chat.ask({ cmd: "messages_search", ...chat.placeIn(), query }), `Nothing here has "${query}".`);
    },
  },
  {
    name: "mentions",
    takes: "",
    does: "list the newest messages that call you, in all rooms",
    async run(chat) {
      const answer = await chat.ask({ cmd: "pings_get", limit: MOST_FOUND });
      const messages = Array.isArray(answer["messages"]) ? (answer["messages"] as { channel?: string; content?: string }[]) : [];
      const placed = messages.map((one) => {
        const room = roomOf(chat.state(), keyOf(one as { channel: string }));
        return { ...one, content: `${room ? `${titleOf(room)}: ` : ""}${String(one.content)}` };
      });
      tell(chat, { ...answer, messages: placed }, "Nobody has called you.");
    },
  },
];
