import { plain } from "../cli/table.ts";
import { CLIENT_COMMANDS } from "./commands.ts";
import { threadsOf, titleOf } from "./rooms.ts";
import type { ChatState } from "./state.ts";

/** The line with its last words completed: a room, a thread, somebody, a command. Unchanged where nothing or several fit beyond it. */
export function completed({ rooms, room, people, commands }: ChatState, line: string): string {
  const [, asks = "", command = "", rest = ""] = /^(:(join|open)\s+)([^]*)$/.exec(line) ?? [];
  const here = rooms.find(({ key }) => key === room);
  if (command === "join")
    return (
      asks +
      fitted(
        rooms.map((one) => titleOf(one).slice(1)),
        rest.replace(/^#/, ""),
      )
    );
  if (command === "open")
    return (
      asks +
      fitted(
        threadsOf(rooms, here?.channel ?? "").map(({ name }) => name),
        rest,
      )
    );
  const [, tells = "", whom = ""] = /^(:dm\s+@?)(\S*)$/.exec(line) ?? [];
  if (tells) return tells + fitted(people, whom);
  const [, before = "", word = ""] = /^([^]*?)(\S*)$/.exec(line) ?? [];
  const candidates =
    before === "" && word.startsWith(":")
      ? [...CLIENT_COMMANDS.map(({ name }) => `:${name}`), ":quit"]
      : before === "" && word.startsWith("/")
        ? commands.map(({ name }) => `/${name}`)
        : word.startsWith("@")
          ? people.map((name) => `@${name}`)
          : [];
  return before + fitted(candidates, word);
}

/** What a command that is being written takes and does, or how it can go on; empty where nothing fits. */
export function hint({ commands }: Pick<ChatState, "commands">, line: string): string {
  const [, mark, word = "", space = ""] = /^([:/])([^:/\s]*)(\s?)/.exec(line) ?? [];
  if (mark === undefined) return "";
  const all =
    mark === ":"
      ? CLIENT_COMMANDS
      : commands.map(({ name, options, description: does }) => ({
          name,
          takes: (options ?? []).map((option) => `<${option.name}>`).join(" "),
          does,
        }));
  const fitting = all.filter(({ name }) => (space ? name === word : name.startsWith(word)));
  const [first] = fitting;
  if (fitting.length !== 1) return fitting.map(({ name }) => mark + name).join("  ");
  return `${mark}${first!.name} ${first!.takes}${first!.takes && " "}– ${first!.does}`;
}

/** As far as all candidates agree that begin with this word. What servers call things is made harmless: it is typed as it were. */
function fitted(candidates: readonly string[], word: string): string {
  const fitting = candidates.map(plain).filter((one) => one.toLowerCase().startsWith(word.toLowerCase()));
  if (!fitting.length || (!word && fitting.length > 1)) return word;
  const common = fitting.reduce((shared, one) => {
    let length = 0;
    while (length < shared.length && shared[length]!.toLowerCase() === one[length]?.toLowerCase()) length++;
    return shared.slice(0, length);
  });
  return (common.length >= word.length ? common : word) + (fitting.length === 1 ? " " : "");
}
