import { type CommandEntry, commandTable, type FlagEntry, wordsAfter } from "./command-table.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** A script by which a shell completes commands, flags, values of flags and names of rooms. */
export const completionScript = (shell: Shell): string => SCRIPTS[shell](commandTable());

const SCRIPTS: Readonly<Record<Shell, (table: readonly CommandEntry[]) => string>> = { bash, zsh, fish };

/** Commands whose first argument is a room. */
const isAboutRoom = ({ args }: CommandEntry): boolean => args[0]?.name === "room" && args[0].required;
const ROOMS = String.raw`chat rooms list --json 2>/dev/null | sed -n 's/^    "name": "\([^"]*\)",\{0,1\}$/\1/p'`;
/** A summary within single quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const spellings = ({ name, char }: FlagEntry): string[] => [`--${name}`, ...(char ? [`-${char}`] : [])];
/** Words that lead somewhere: `rooms`, `rooms add`. */
const places = (table: readonly CommandEntry[]): string[] =>
  [...new Set(table.flatMap(({ words }) => words.split(" ").map((_, end, all) => all.slice(0, end + 1).join(" "))))].toSorted();
const placed = (place: string): string => {
  const cut = place.lastIndexOf(" ");
  return `${place.slice(0, Math.max(cut, 0))} ${place.slice(cut + 1)}`;
};

function bash(table: readonly CommandEntry[]): string {
  const rooms = table.filter(isAboutRoom).map(({ words }) => quoted(words));
  return `# bash completion for chat; written by "chat completion bash"
_chat() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at="" rest=0 i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${places(table)
        .map((place) => quoted(placed(place)))
        .join(" | ")}) at="\${at:+$at }\${COMP_WORDS[i]}" ;;
      *) rest=1; break ;;
    esac
  done
  case "$at $prev" in
${valueCases(table, (options) => `COMPREPLY=($(compgen -W ${quoted(options.join(" "))} -- "$cur")); return`, "return")}
  esac
  if [[ "$cur" == -* ]]; then
    case "$at" in
${table.map(({ words, flags }) => `      ${quoted(words)}) COMPREPLY=($(compgen -W ${quoted(flags.map(({ name }) => `--${name}`).join(" "))} -- "$cur")) ;;`).join("\n")}
    esac
    return
  fi
  if ((rest == 0)); then
    case "$at" in
${[...wordsAfter(table)].map(([at, words]) => `      ${quoted(at)}) COMPREPLY=($(compgen -W ${quoted([...words.keys()].join(" "))} -- "$cur")) ;;`).join("\n")}
      ${rooms.join(" | ")}) COMPREPLY=($(compgen -W "$(${ROOMS})" -- "$cur")) ;;
    esac
  fi
}
complete -o default -F _chat chat`;
}

function valueCases(table: readonly CommandEntry[], complete: (options: readonly string[]) => string, files: string): string {
  const cases = table.flatMap(({ words, flags }) =>
    flags
      .filter(({ takesValue }) => takesValue)
      .map((flag) => {
        const pattern = spellings(flag)
          .map((spelling) => quoted(`${words} ${spelling}`))
          .join(" | ");
        return `    ${pattern}) ${flag.options.length ? complete(flag.options) : files} ;;`;
      }),
  );
  return cases.join("\n");
}

function zsh(table: readonly CommandEntry[]): string {
  const described = (entries: Iterable<readonly [string, string]>) =>
    [...entries].map(([word, summary]) => quoted(`${word.replaceAll(":", String.raw`\:`)}:${summary}`)).join(" ");
  const rooms = table.filter(isAboutRoom).map(({ words }) => quoted(words));
  return `#compdef chat
# zsh completion for chat; written by "chat completion zsh"
_chat() {
  local at="" rest=0 i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "$at \${words[i]}" in
      ${places(table)
        .map((place) => quoted(placed(place)))
        .join(" | ")}) at="\${at:+$at }\${words[i]}" ;;
      *) rest=1; break ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${valueCases(table, (options) => `compadd -- ${options.join(" ")}; return`, "_files; return")}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    case "$at" in
${table.map(({ words, flags }) => `      ${quoted(words)}) found=(${described(flags.map(({ name, summary }) => [`--${name}`, summary] as const))}) ;;`).join("\n")}
    esac
    _describe -o flag found
    return
  fi
  if ((rest == 0)); then
    case "$at" in
${[...wordsAfter(table)].map(([at, words]) => `      ${quoted(at)}) found=(${described(words)}); _describe command found; return ;;`).join("\n")}
      ${rooms.join(" | ")}) found=(\${(f)"$(${ROOMS})"}); compadd -a found; return ;;
    esac
  fi
  _files
}
if [[ "$funcstack[1]" == _chat ]]; then _chat "$@"; else compdef _chat chat; fi`;
}

function fish(table: readonly CommandEntry[]): string {
  const escaped = (text: string) => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
  const at = (place: string) => `-n ${escaped(`__chat_at ${place ? `"${place}"` : '""'}`)}`;
  return `# fish completion for chat; written by "chat completion fish"
function __chat_at
    set -l at
    for word in (commandline -opc)[2..-1]
        set -l next (string join ' ' $at $word)
        if contains -- $next ${places(table).map(escaped).join(" ")}
            set at $at $word
        else
            break
        end
    end
    test (string join ' ' $at) = "$argv[1]"
end
${[...wordsAfter(table)]
  .flatMap(([place, words]) =>
    [...words].map(([word, summary]) => `complete -c chat -f ${at(place)} -a ${word} -d ${escaped(summary)}`),
  )
  .join("\n")}
${table
  .flatMap(({ words, flags }) =>
    flags.map(({ name, char, summary, takesValue, options }) =>
      [
        "complete -c chat",
        at(words),
        `-l ${name}`,
        ...(char ? [`-s ${char}`] : []),
        ...(takesValue ? ["-r"] : []),
        ...(options.length ? [`-f -a ${escaped(options.join(" "))}`] : []),
        `-d ${escaped(summary)}`,
      ].join(" "),
    ),
  )
  .join("\n")}
${table
  .filter(isAboutRoom)
  .map(({ words }) => `complete -c chat -f ${at(words)} -a ${escaped(`(${ROOMS})`)}`)
  .join("\n")}`;
}
