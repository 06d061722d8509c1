import type { Refusal, RefusalCode } from "../../kernel/refusal.ts";
import { oneLine } from "./text.ts";

type Sentence = string | ((facts: Readonly<Record<string, any>>) => string);

const seconds = (ms: unknown): number => Math.max(1, Math.ceil(Number(ms ?? 1000) / 1000));
const wait = ({ waitMs }: Readonly<Record<string, any>>): string => `You are too fast. Please wait ${seconds(waitMs)} seconds.`;

/** What is said where no reason has a sentence of its own. */
const BY_CODE: Readonly<Record<RefusalCode, Sentence>> = {
  "invalid-input": "That cannot be done that way.",
  "not-signed-in": "Please log in first.",
  forbidden: "You may not do that.",
  "not-found": "There is no such thing here.",
  conflict: "That was changed meanwhile. Please try again.",
  "too-large": "That is too long.",
  "too-fast": wait,
  unavailable: "That is not possible on this server.",
};

/** This wire's own texts by reason; those in reference/chatsock.md are the original's. */
const BY_REASON: Readonly<Record<string, Sentence>> = {
  "account.blank": "A name and a password are needed.",
  "account.unknown": "There is no such account.",
  "account.rotur": "That account does not log in here.",
  "account.password": "That password is wrong.",
  "account.registration-off": "Accounts cannot be made here.",
  "account.name-length": "A name has 2 to 32 characters.",
  "account.name-letters": "A name has only letters, numbers, hyphens and underscores.",
  "account.name-taken": "That username is taken, please pick another one.",
  "account.password-length": "A password has 4 to 72 characters.",
  "account.guesses": ({ waitMs }) => `Too many attempts. Please wait ${seconds(waitMs)} seconds.`,
  "store.full": "The server's disk is full: nothing more can be saved until its operator has made room.",
  "store.busy": "The server's database is busy. Please try again in a moment.",
  "store.away": "The server cannot reach its database. Please try again later.",
  "passwords.busy": "The server is busy. Please try again in a moment.",
  "guest.off": "Guests are not let in here.",
  "guest.name-length": "That username is too long, please pick another one.",
  "guest.name-taken": "That username is taken, please pick another one.",
  "guest.password": "That password is wrong.",
  "guest.read-only": "Guests may only read here.",
  "member.banned": "You are banned from this server.",
  "member.gone": "You are no member of this server any more.",
  "member.timeout": ({ waitMs, reason }) =>
    `You may not write for another ${seconds(waitMs)} seconds${reason ? `: ${oneLine(String(reason))}` : "."}`,
  channel: "That chatroom does not exist!",
  "channel.unreadable": "That room is not one for writing.",
  "channel.kind": "That room is not one for writing.",
  "channel.send": "You may not write in this room.",
  "channel.password": "That password is wrong.",
  "channel.password-needed": "This is a private channel!",
  "channel.full": ({ max }) => `That chatroom is full: it has room for ${max}.`,
  "channel.slow-mode": ({ waitMs }) => `This room is in slow mode. Please wait ${seconds(waitMs)} seconds.`,
  "ownership.shown": "Not said, because everybody would read the code: an originChats client has the command /claim.",
  "message.content": ({ max }) => `That message is too long: it may have ${max} characters.`,
  "message.content-size": "That message is too long.",
  "pace.cooldown": wait,
  "pace.minute": wait,
  "pace.burst": wait,
  "direct-message.absent": ({ user }) => `${oneLine(String(user))} cannot be reached by a DM now.`,
  "direct-message.self": "A DM is with somebody else.",
  user: "There is nobody of that name.",
};

/** A refusal in this wire's words. */
export function sentence({ reason, code, facts }: Refusal): string {
  const text = BY_REASON[reason] ?? BY_CODE[code];
  return typeof text === "string" ? text : text(facts);
}
