import type { Conversation } from "./conversation.ts";
import { authorName, spokenName, type WireCommand, type WireMessage } from "./frames.ts";
import { Refused } from "./link.ts";

interface ClientCommand {
  readonly name: string;
  /** What comes after the name, for the help. */
  readonly takes: string;
  readonly does: string;
  readonly run: (chat: Conversation, rest: string) => Promise<void> | void;
}

/** The newest message, of `@name` where the words begin with that; the remaining words with it. */
function meant(
  chat: Conversation,
  rest: string,
  whose: (message: WireMessage) => boolean,
): { message: WireMessage; words: string } {
  const [, name, words = rest] = /^@(\S+)\s*([^]*)$/.exec(rest) ?? [];
  const wanted = name?.toLowerCase();
  const message = chat.room?.messages.findLast(
    (one) => !one.ephemeral && (wanted === undefined ? whose(one) : authorName(one).toLowerCase() === wanted),
  );
  if (!message) throw new Refused(wanted === undefined ? "There is no such message here." : `${name} has said nothing here.`);
  return { message, words };
}
const ofOthers = (chat: Conversation) => (message: WireMessage) => message.user !== chat.state().me;
const own = (chat: Conversation): WireMessage => {
  const { me } = chat.state();
  const message = chat.room?.messages.findLast(({ user, ephemeral }) => user === me && !ephemeral);
  if (!message) throw new Refused("You have said nothing here.");
  return message;
};
const needed = (words: string, what: string): string => {
  if (!words.trim()) throw new Refused(`This needs ${what}.`);
  return words.trim();
};

/** What this client can do besides saying something; the server's own commands begin with a slash. */
export const CLIENT_COMMANDS: readonly ClientCommand[] = [
  {
    name: "join",
    takes: "<room>",
    does: "look at another room",
    run: (chat, rest) => chat.enter(needed(rest, "the name of a room").replace(/^#/, "")),
  },
  {
    name: "rooms",
    takes: "",
    does: "list the rooms and what is unread in them",
    run(chat) {
      for (const { name, unread, called } of chat.state().rooms)
        chat.notice(`#${name}${unread ? ` ${unread} unread` : ""}${called ? ", somebody called you" : ""}`);
    },
  },
  { name: "more", takes: "", does: "show older messages", run: (chat) => chat.older() },
  {
    name: "reply",
    takes: "[@name] <text>",
    does: "answer the newest message, or theirs",
    run(chat, rest) {
      const { message, words } = meant(chat, rest, ofOthers(chat));
      return chat.post(needed(words, "a text"), { reply_to: message.id });
    },
  },
  {
    name: "react",
    takes: "[@name] <emoji>",
    does: "react to the newest message, or theirs; again takes it back",
    async run(chat, rest) {
      const { message, words } = meant(chat, rest, ofOthers(chat));
      const emoji = needed(words, "an emoji");
      const taken = message.reactions?.[emoji]?.includes(chat.state().me);
      await chat.ask({
        cmd: taken ? "message_react_remove" : "message_react_add",
        channel: chat.state().room,
        id: message.id,
        emoji,
      });
    },
  },
  {
    name: "edit",
    takes: "<text>",
    does: "change your newest message",
    run: async (chat, rest) =>
      void (await chat.ask({
        cmd: "message_edit",
        channel: chat.state().room,
        id: own(chat).id,
        content: needed(rest, "the new text"),
      })),
  },
  {
    name: "delete",
    takes: "",
    does: "delete your newest message",
    run: async (chat) => void (await chat.ask({ cmd: "message_delete", channel: chat.state().room, id: own(chat).id })),
  },
  {
    name: "search",
    takes: "<words>",
    does: "find messages in this room",
    async run(chat, rest) {
      const query = needed(rest, "words to look for");
      const { results } = await chat.ask({ cmd: "messages_search", channel: chat.state().room, query });
      if (!results.length) chat.notice(`Nothing here has "${query}".`);
      for (const found of (results as WireMessage[]).slice(0, 20).toReversed())
        chat.notice(`${dayAndTime(found)} ${authorName(found)}: ${found.content}`);
    },
  },
  {
    name: "who",
    takes: "",
    does: "list who is here",
    async run(chat) {
      const { users } = await chat.ask({ cmd: "users_online" });
      chat.notice(
        (users as { username: string }[])
          .map(({ username }) => spokenName(username))
          .toSorted()
          .join(", "),
      );
    },
  },
  {
    name: "help",
    takes: "",
    does: "list these commands and the server's",
    run(chat) {
      for (const { name, takes, does } of CLIENT_COMMANDS) chat.notice(`:${name}${takes && ` ${takes}`} – ${does}`);
      chat.notice(":quit – leave; a second : or / in front says the rest as it is");
      for (const { name, description } of chat.state().commands) chat.notice(`/${name} – ${description}`);
    },
  },
];

const dayAndTime = ({ timestamp }: WireMessage): string => {
  const at = new Date(timestamp * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16).replace("T", " ");
};

/** Whether a line asks to leave. */
export const isGoodbye = (line: string): boolean => /^:q(uit)?$/.test(line.trim());

/** @throws {Refused} */
export async function obey(chat: Conversation, line: string): Promise<void> {
  const text = line.trim();
  if (!text) return;
  if (/^(::|\/\/)/.test(text)) return chat.post(text.slice(1));
  const [, mark, name, rest = ""] = /^([:/])(\S+)\s*([^]*)$/.exec(text) ?? [];
  if (mark === "/") return callServer(chat, name!, rest);
  // A smiley is something to say.
  if (mark !== ":" || !/^[a-z]+$/.test(name!)) return chat.post(text);
  const command = CLIENT_COMMANDS.find((one) => one.name === name);
  if (!command) throw new Refused(`There is no command :${name}; :help lists them.`);
  await command.run(chat, rest.trim());
}

/** Words become the command's options in order; the last one takes what is left. `name=value` names one. */
export function argumentsOf({ options }: Pick<WireCommand, "options">, rest: string): Record<string, string> {
  const names = (options ?? []).map(({ name }) => name);
  const given: Record<string, string> = {};
  let left = rest.trim();
  while (left) {
    const [, named, quoted, plain] = /^([\w-]+)=(?:"([^"]*)"|(\S+))/.exec(left) ?? [];
    if (named !== undefined && names.includes(named)) {
      given[named] = quoted ?? plain!;
      left = left.slice(/^[\w-]+=(?:"[^"]*"|\S+)/.exec(left)![0].length).trim();
      continue;
    }
    const name = names.find((one) => !(one in given));
    if (name === undefined) throw new Refused(`Too many words: ${left}`);
    const last = names.filter((one) => !(one in given)).length === 1;
    const word = last ? left : /^(?:"[^"]*"|\S+)/.exec(left)![0];
    given[name] = word.replace(/^"([^"]*)"$/, "$1");
    left = left.slice(word.length).trim();
  }
  return given;
}

async function callServer(chat: Conversation, name: string, rest: string): Promise<void> {
  const command = chat.state().commands.find((one) => one.name === name);
  if (!command) throw new Refused(`The server has no command /${name}; :help lists them.`);
  await chat.ask({ cmd: "slash_call", channel: chat.state().room, command: name, args: argumentsOf(command, rest) });
}

/** The line with its last word completed: a room, somebody, a command. Unchanged where nothing or several fit beyond it. */
export function completed(chat: Pick<Conversation, "state">, line: string): string {
  const { rooms, people, commands } = chat.state();
  const [, before = "", word = ""] = /^([^]*?)(\S*)$/.exec(line) ?? [];
  const candidates =
    before === "" && word.startsWith(":")
      ? [...CLIENT_COMMANDS.map(({ name }) => `:${name}`), ":quit"]
      : before === "" && word.startsWith("/")
        ? commands.map(({ name }) => `/${name}`)
        : /^:join\s+$/.test(before)
          ? rooms.map(({ name }) => name)
          : word.startsWith("@")
            ? people.map((name) => `@${name}`)
            : [];
  const fitting = candidates.filter((one) => one.toLowerCase().startsWith(word.toLowerCase()));
  if (!word && fitting.length > 1) return line;
  const common = fitting.reduce((shared, one) => {
    let length = 0;
    while (length < shared.length && shared[length]!.toLowerCase() === one[length]?.toLowerCase()) length++;
    return shared.slice(0, length);
  }, fitting[0] ?? word);
  return before + (common.length >= word.length ? common : word) + (fitting.length === 1 ? " " : "");
}
