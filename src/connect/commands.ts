import type { ClientCommand } from "./command.ts";
import type { Conversation } from "./conversation.ts";
import { FILE_COMMANDS } from "./file-commands.ts";
import type { WireCommand } from "./frames.ts";
import { Refused } from "./refused.ts";
import { MESSAGE_COMMANDS } from "./message-commands.ts";
import { ROOM_COMMANDS } from "./room-commands.ts";

const HELP: ClientCommand = {
  name: "help",
  takes: "",
  does: "list these commands and the server's",
  run(chat) {
    for (const { name, takes, does } of CLIENT_COMMANDS) chat.notice(`:${name}${takes && ` ${takes}`} – ${does}`);
    for (const line of HINTS) chat.notice(line);
    for (const { name, description } of chat.state().commands) chat.notice(`/${name} – ${description}`);
  },
};
const BELL: ClientCommand = {
  name: "bell",
  takes: "[on|off]",
  does: "ring when somebody calls you where you do not look, or no more",
  run(chat, rest) {
    const { bell } = chat.of;
    if (!bell) throw new Refused("Nothing rings here.");
    if (rest && rest !== "on" && rest !== "off") throw new Refused("Say :bell on or :bell off.");
    if (rest) bell.on = rest === "on";
    chat.notice(bell.on ? "The bell rings when somebody calls you where you do not look." : "The bell is off.");
  },
};
/** What this client can do besides saying something; the server's own commands begin with a slash. */
export const CLIENT_COMMANDS: readonly ClientCommand[] = [...ROOM_COMMANDS, ...MESSAGE_COMMANDS, ...FILE_COMMANDS, BELL, HELP];
/** What else there is to know of them. */
export const HINTS: readonly string[] = [
  ":quit – leave; a second : or / in front says the rest as it is",
  "[which] is %3 for a number of :marks, @name for their newest message, % for the chosen one",
];

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
    const name = names.find((one) => !Object.hasOwn(given, one));
    if (name === undefined) throw new Refused(`Too many words: ${left}`);
    const last = names.filter((one) => !Object.hasOwn(given, one)).length === 1;
    const word = last ? left : /^(?:"[^"]*"|\S+)/.exec(left)![0];
    given[name] = word.replace(/^"([^"]*)"$/, "$1");
    left = left.slice(word.length).trim();
  }
  return given;
}

async function callServer(chat: Conversation, name: string, rest: string): Promise<void> {
  const command = chat.state().commands.find((one) => one.name === name);
  if (!command) throw new Refused(`The server has no command /${name}; :help lists them.`);
  await chat.ask({ cmd: "slash_call", ...chat.placeIn(), command: name, args: argumentsOf(command, rest) });
}
