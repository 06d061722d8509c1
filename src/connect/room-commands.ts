import { type ClientCommand, marked, needed } from "./command.ts";
import type { Conversation } from "./conversation.ts";
import { People, spokenName, ThreadFrame } from "./frames.ts";
import { Refused } from "./refused.ts";
import { keyOf, type Room, threadsOf, titleOf } from "./rooms.ts";
import { listedRooms } from "./state.ts";

/** The forum that is looked at, also from one of its threads. @throws {Refused} */
function forum(chat: Conversation): Room {
  const { room } = chat;
  const found = room && chat.state().rooms.find(({ kind, name }) => kind === "forum" && name === room.channel);
  if (!found) throw new Refused("Threads are in forums: go to one with :join.");
  return found;
}

const titled = (rooms: readonly Room[], words: string): Room | undefined => {
  const wanted = words.replace(/^[#@]/, "").toLowerCase();
  const called = (room: Room) => [room.name.toLowerCase(), titleOf(room).slice(1).toLowerCase()].includes(wanted);
  return rooms.find((room) => room.kind !== "thread" && called(room)) ?? rooms.find(called);
};

export const ROOM_COMMANDS: readonly ClientCommand[] = [
  {
    name: "join",
    takes: "<room>",
    does: "look at another room, forum or thread",
    run(chat, rest) {
      const wanted = needed(rest, "the name of a room");
      const room = titled(chat.state().rooms, wanted);
      if (!room) throw new Refused(`There is no room called ${wanted.replace(/^#/, "")}.`);
      return chat.enter(room.key);
    },
  },
  {
    name: "rooms",
    takes: "",
    does: "list the rooms and what is unread in them",
    run(chat) {
      for (const room of listedRooms(chat.state()))
        chat.notice(
          `${titleOf(room)}${room.kind === "forum" ? " (forum)" : ""}${room.unread ? ` ${room.unread} unread` : ""}${room.called ? ", somebody called you" : ""}`,
        );
    },
  },
  {
    name: "threads",
    takes: "",
    does: "show the threads of this forum",
    run: (chat) => chat.enter(forum(chat).key),
  },
  {
    name: "open",
    takes: "<thread>",
    does: "look at a thread, by its number or its name",
    run(chat, rest) {
      const wanted = needed(rest, "a thread");
      const { rooms } = chat.state();
      const [, number] = /^%?(\d*)$/.exec(wanted) ?? [];
      const there = threadsOf(rooms, forum(chat).name);
      const key = titled(there, wanted)?.key ?? (number === undefined ? undefined : marked(chat, `%${number}`));
      if (key === undefined || !there.some((one) => one.key === key)) throw new Refused(`There is no thread called ${wanted}.`);
      return chat.enter(key);
    },
  },
  {
    name: "thread",
    takes: "<title>",
    does: "begin a thread in this forum",
    async run(chat, rest) {
      const channel = forum(chat).name;
      const answer = await chat.ask({ cmd: "thread_create", channel, name: needed(rest, "a title") });
      const { id } = ThreadFrame.parse(answer).thread;
      await chat.enter(keyOf({ channel, thread_id: id }));
    },
  },
  {
    name: "dm",
    takes: "<name> [text]",
    does: "say something to one person alone; nothing of it is kept",
    async run(chat, rest) {
      const [, name, text] = /^@?(\S+)\s*([^]*)$/.exec(needed(rest, "a name")) ?? [];
      const known = chat.state().rooms.find((room) => room.kind === "direct" && room.name.toLowerCase() === name!.toLowerCase());
      if (!text && !known) throw new Refused(`Say something: :dm ${name} hello`);
      await chat.enter(text ? await chat.tell(known?.other ?? name!, text) : known!.key);
    },
  },
  {
    name: "who",
    takes: "",
    does: "list who is here",
    async run(chat) {
      const { users } = People.parse(await chat.ask({ cmd: "users_online" }));
      chat.notice(
        users
          .map(({ username }) => spokenName(username))
          .toSorted()
          .join(", "),
      );
    },
  },
];
