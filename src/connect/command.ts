import type { Conversation } from "./conversation.ts";
import { authorName, type WireMessage } from "./frames.ts";
import { Refused } from "./refused.ts";

/** Something that this client can do besides saying something. */
export interface ClientCommand {
  readonly name: string;
  /** What comes after the name, for the help. */
  readonly takes: string;
  readonly does: string;
  readonly run: (chat: Conversation, rest: string) => Promise<void> | void;
}

/** @throws {Refused} where there are none. */
export function needed(words: string, what: string): string {
  if (!words.trim()) throw new Refused(`This needs ${what}.`);
  return words.trim();
}

/** `2026-11-20 14:03`, where this program runs. */
export function dayAndTime({ timestamp }: Pick<WireMessage, "timestamp">): string {
  const at = new Date(timestamp * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16).replace("T", " ");
}

/** What was chosen (`%`) or has this number (`%3`), by its id. @throws {Refused} */
export function marked(chat: Conversation, which: string): string {
  const { selected } = chat.state();
  const id = which === "%" ? selected : chat.room?.marks[Number(which.slice(1)) - 1];
  if (id !== undefined) return id;
  throw new Refused(
    which === "%"
      ? "Nothing is chosen: choose with ↑, or give a number of :marks."
      : `Nothing here has the number ${which}; :marks gives numbers.`,
  );
}

/**
 * The message that a line's beginning names: `%` the chosen one, `%3` by its number, `@name` their newest; else the newest of those that
 * are meant. The remaining words with it.
 * @throws {Refused}
 */
export function meant(
  chat: Conversation,
  rest: string,
  whose: "mine" | "theirs" | "any" | "with files",
  { names = true }: { readonly names?: boolean } = {},
): { message: WireMessage; words: string } {
  const [, which, left = ""] = /^(%\d*)(?:\s+([^]*))?$/.exec(rest) ?? [];
  const messages = chat.room?.messages ?? [];
  if (which !== undefined) {
    const id = marked(chat, which);
    const message = messages.find((one) => one.id === id && !one.ephemeral);
    if (!message) throw new Refused("That message is no longer here.");
    return { message, words: left };
  }
  const [, name, words = rest] = (names && /^@(\S+)\s*([^]*)$/.exec(rest)) || [];
  const { me } = chat.state();
  const wanted = name?.toLowerCase();
  const message = messages.findLast((one) => {
    if (one.ephemeral) return false;
    if (wanted !== undefined) return authorName(one).toLowerCase() === wanted;
    if (whose === "with files") return (one.attachments?.length ?? 0) > 0;
    return whose === "any" || (one.user === me) === (whose === "mine");
  });
  if (message) return { message, words };
  const what = whose === "mine" ? "You have said nothing here." : "There is no such message here.";
  throw new Refused(name === undefined ? what : `${name} has said nothing here.`);
}
