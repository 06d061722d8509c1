import type { Refusal, RefusalCode } from "../../kernel/refusal.ts";

type Facts = Readonly<Record<string, any>>;
type Sentence = string | ((facts: Facts) => string);

/** The operation's fields as this wire calls them. */
const FIELDS: Readonly<Record<string, string>> = { name: "displayName", room: "channel" };

/** What this wire says where no reason has a sentence of its own. */
const BY_CODE = {
  "invalid-input": ({ path, message }) =>
    path ? `${FIELDS[path] ?? path} is not right: ${message}` : `The request is not right: ${message}`,
  "not-signed-in": "Not authorised",
  forbidden: "Not allowed",
  "not-found": "Not found",
  conflict: "That was changed meanwhile, please try again",
  "too-large": "The request is too large",
  "too-fast": ({ waitMs }) => `Too many requests: wait ${Math.max(1, Math.ceil(waitMs / 1000))} s`,
  unavailable: "Not available at the moment",
} satisfies Record<RefusalCode, Sentence>;

const BY_REASON: Readonly<Record<string, Sentence>> = {
  "token.lifetime": ({ given }) => `Exactly one of validUntil and validFor must be given, found ${given}`,
  "token.past": ({ field }) => `${field} is in the past`,
  "token.long": ({ field, max }) => `${field} is too long: a token may be good for at most ${max} seconds`,
  "token.moderator": "moderator must be false: moderator tokens are not given out here",
  "token.every-room": 'channel must be one room: tokens for "*" are not given out here',
  "store.full": "The server's disk is full, and no token is given without a line in its log",
  "token.no-key": "The server has no key for tokens",
  "token.key": "The server's key for tokens cannot be used",
};

/** A refusal in this wire's words. */
export function sentence({ code, reason, facts }: Refusal): string {
  const text = BY_REASON[reason] ?? BY_CODE[code];
  return typeof text === "string" ? text : text(facts);
}
