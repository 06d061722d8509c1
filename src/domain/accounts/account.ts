import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { MemberView, nameKey, SYSTEM } from "../users/user.ts";

/** What a person types as name and password; the rules are originChats' (reference/originchats.md §1.5). */
export const Credentials = z.object({
  name: z.string().max(1000).trim().toLowerCase().min(1, "account.blank"),
  /** In one form of Unicode, whatever the keyboard made of it (RFC 8265 §4.2). */
  password: z.string().max(1000).normalize("NFC").min(1, "account.blank").meta({ secret: true }),
});

/** Who somebody has proved to be by a password, and which one it was: `session.open` asks whether it still is. */
export const ByPassword = z.object({ member: MemberView, credential: z.number() });

const LETTERS = /^[\p{L}\p{N}_-]+$/u;

/** Names must be well made, and nobody bears that of the server itself. */
export function refuseName(name: string): void {
  const length = [...name].length;
  if (length < 2 || length > 32) throw new Refusal("invalid-input", "account.name-length");
  if (!LETTERS.test(name) || !/[\p{L}\p{N}]/u.test(name)) throw new Refusal("invalid-input", "account.name-letters");
  if (nameKey(name) === nameKey(SYSTEM.name)) throw new Refusal("conflict", "account.name-taken");
}
export function refusePassword(password: string): void {
  const letters = [...password].length;
  if (letters < 4 || letters > 72) throw new Refusal("invalid-input", "account.password-length");
}

/** Guesses at one account's password, from wherever they come; by address the operation's own pace counts. */
const GUESSES = { burst: 10, perMinute: 10 };

/** Counted before the password is looked at, so that guesses made at the same time count like others. */
export const guessing = (
  { pace }: { pace: { take(key: string, rule: typeof GUESSES, reason: string): void } },
  key: string,
): void => pace.take(`guess ${key}`, GUESSES, "account.guesses");

export const memberJoined = eventType({
  name: "member.joined",
  summary: "Somebody became a member of the community.",
  data: () => z.object({ member: MemberView }),
  durable: true,
  reshapes: ({ member }) => ({ user: member.user.id }),
});
