import { z } from "zod";

import { type ClientCommand, meant, needed } from "./command.ts";
import type { Conversation } from "./conversation.ts";
import type { Hit } from "./found.ts";
import { authorName, type Frame, InPlace, WireMessage } from "./frames.ts";
import { Refused } from "./refused.ts";
import { keyOf, titleOf } from "./rooms.ts";
import { roomOf } from "./state.ts";

const MOST_MARKED = 20;
const MOST_FOUND = 20;

/** Lists the messages of an answer, the newest last. */
function list(chat: Conversation, answer: Frame, { what, none }: { readonly what: string; readonly none: string }): void {
  const messages = z
    .array(z.unknown())
    .catch([])
    .parse(answer["results"] ?? answer["messages"]);
  const all = messages.slice(0, MOST_FOUND).map((given): Hit => {
    const message = WireMessage.parse(given);
    const { channel, thread_id } = InPlace.parse({ ...answer, ...(given as object) });
    const place = { channel, ...(thread_id && { thread_id }) };
    const room = roomOf(chat.state(), keyOf(place));
    return { message, place, title: room ? titleOf(room) : `#${channel}` };
  });
  const hits = [...new Map(all.map((hit) => [hit.message.id, hit])).values()];
  const newestLast = hits.toSorted((a, b) => a.message.timestamp - b.message.timestamp);
  chat.finding.show(`${hits.length} ${hits.length === 1 ? "message" : "messages"} ${what}`, newestLast, none);
}
/** The room that is looked at, where messages are kept. @throws {Refused} */
function searched(chat: Conversation): { place: { channel: string }; title: string } {
  const { room } = chat;
  if (!room) throw new Refused("There is no room here.");
  if (room.kind === "direct") throw new Refused("Here is nothing to look through: nothing of what is said here is kept.");
  // The server looks through all threads of a forum.
  return { place: { channel: room.channel }, title: `#${room.channel}` };
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
    async run(chat) {
      const place = chat.placeIn();
      const answer = await chat.ask({ cmd: "messages_pinned", ...place });
      list(chat, { ...answer, ...place }, { what: `pinned in ${titleOf(chat.room!)}`, none: "Nothing is pinned here." });
    },
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
    does: "find messages here, in a forum in all threads, and go to them",
    async run(chat, rest) {
      const query = needed(rest, "words to look for");
      const { place, title } = searched(chat);
      const answer = await chat.ask({ cmd: "messages_search", ...place, query });
      list(chat, { ...answer, ...place }, { what: `with "${query}" in ${title}`, none: `Nothing here has "${query}".` });
    },
  },
  {
    name: "mentions",
    takes: "",
    does: "list the newest messages that call you anywhere, and go to them",
    async run(chat) {
      const answer = await chat.ask({ cmd: "pings_get", limit: MOST_FOUND });
      list(chat, answer, { what: "that call you", none: "Nobody has called you." });
    },
  },
];
