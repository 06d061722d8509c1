import { z } from "zod";

import type { Settings } from "../../config/schema.ts";
import { Refusal } from "../../kernel/refusal.ts";
import type { Claims, TokenSigner } from "../../kernel/token-signer.ts";
import { EVERY_ROOM, JITSI_AUDIENCE, keyOf, SESSION_AUDIENCE, TOKEN_KINDS, type TokenKind } from "./token.ts";

export const LONGEST_TOKEN = 16_384;

/** What can be said of a token. */
export const Verification = z.lazy(() =>
  z.object({
    /** Our key has signed it, it is good now, and its claims are those of its kind. */
    good: z.boolean(),
    kind: z.enum(TOKEN_KINDS).nullable(),
    /** `unchecked`: there is no key here for tokens of its kind. */
    signature: z.enum(["good", "bad", "algorithm", "unchecked"]),
    time: z.enum(["good", "early", "expired", "endless"]),
    header: z.record(z.string(), z.unknown()),
    claims: z.record(z.string(), z.unknown()),
    /** Each claim in words; nested ones as `context.user.name`. */
    explained: z.array(z.object({ claim: z.string(), value: z.string(), meaning: z.string() })),
    /** Why it is not good, a sentence each. */
    problems: z.array(z.string()),
  }),
);
export type Verification = z.output<typeof Verification>;

export interface VerificationTools {
  readonly tokens: TokenSigner;
  readonly settings: Pick<Settings, "tokens">;
  readonly now: () => number;
}

/** @throws Refusal `invalid-input` `token.form` when it is no JSON Web Token. */
export async function verification(token: string, { tokens, settings, now }: VerificationTools): Promise<Verification> {
  const { header, claims } = decoded(token);
  const kind = kindOf(claims);
  const key = kind && keyIfAny(kind, settings.tokens);
  const signature = key ? await tokens.check(key, token) : "unchecked";
  const time = timeOf(claims, now() / 1000);
  const problems = [...SIGNATURE[signature], ...TIME[time], ...expectations(kind, claims, settings.tokens)];
  return { good: problems.length === 0, kind, signature, time, header, claims, explained: explained(claims), problems };
}

const SIGNATURE = {
  good: [],
  bad: ["The signature is not made with our key, or the token was changed."],
  algorithm: ["It is signed with another algorithm than our key's."],
  unchecked: ["The signature was not checked: there is no key here for a token of this kind."],
} as const;
const TIME = {
  good: [],
  early: ["It is not good yet."],
  expired: ["It has expired."],
  endless: ["It never expires: it has no exp."],
} as const;

function decoded(token: string): { header: Claims; claims: Claims } {
  const parts = token.split(".");
  if (token.length > LONGEST_TOKEN || parts.length !== 3 || !parts.every((part) => /^[\w-]{1,16384}$/.test(part)))
    throw new Refusal("invalid-input", "token.form");
  const [header, claims] = parts.slice(0, 2).map((part): Claims => {
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(part, "base64url"));
      const value: unknown = JSON.parse(text);
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Claims;
    } catch {
      // said below
    }
    throw new Refusal("invalid-input", "token.form");
  });
  return { header: header!, claims: claims! };
}

/** Told by what only this kind has. */
function kindOf({ aud, video, room, context }: Claims): TokenKind | null {
  if (typeof video === "object" && video !== null) return "livekit";
  if (aud === SESSION_AUDIENCE) return "session";
  return aud === JITSI_AUDIENCE || room !== undefined || context !== undefined ? "jitsi" : null;
}

function keyIfAny(kind: TokenKind, settings: Settings["tokens"]) {
  try {
    return keyOf(kind, settings);
  } catch {
    return undefined;
  }
}

function timeOf({ exp, nbf }: Claims, seconds: number): Verification["time"] {
  if (typeof exp !== "number") return "endless";
  if (seconds >= exp) return "expired";
  return typeof nbf === "number" && seconds < nbf ? "early" : "good";
}

function expectations(kind: TokenKind | null, claims: Claims, { app_id, domain, livekit }: Settings["tokens"]): string[] {
  if (kind === null) return ["It is neither for Jitsi, nor for LiveKit, nor for a session here."];
  const problems: string[] = [];
  const wants = (claim: string, wanted: string) => {
    if (wanted !== "" && claims[claim] !== wanted) problems.push(`Its ${claim} is not ${JSON.stringify(wanted)}.`);
  };
  if (kind === "livekit") wants("iss", livekit.api_key);
  if (kind === "session") wants("iss", SESSION_AUDIENCE);
  if (kind === "jitsi") {
    wants("iss", app_id);
    wants("aud", JITSI_AUDIENCE);
    if (claims["sub"] !== "*") wants("sub", domain);
    if (typeof claims["room"] !== "string") problems.push("It names no room.");
  }
  return problems;
}

const MEANINGS: Readonly<Record<string, string>> = {
  aud: "for whom it is",
  iss: "who gave it out",
  sub: "the XMPP domain (Jitsi), or the person (LiveKit, session)",
  room: "the room it opens",
  moderator: "whether they moderate the room (mod_token_moderation)",
  name: "the name others see",
  iat: "when it was made",
  nbf: "good from",
  exp: "good until",
  jti: "its number, as the moderation log has it",
  "context.user.id": "who they are",
  "context.user.name": "the name others see",
  "context.user.email": "their e-mail address",
  "context.user.avatar": "their picture",
  "context.user.moderator": "whether they moderate the room (mod_token_affiliation)",
  "attributes.avatar": "their picture",
  "video.room": "the room it opens",
  "video.roomJoin": "may come in",
  "video.roomAdmin": "moderates the room",
  "video.canPublish": "may speak and show",
  "video.canSubscribe": "may hear and see",
  "video.canPublishData": "may send messages",
};
const TIMES = new Set(["iat", "nbf", "exp"]);
const MOST_EXPLAINED = 100;

function explained(claims: Claims): Verification["explained"] {
  const found: Verification["explained"] = [];
  const walk = (inner: Claims, path: string): void => {
    for (const [name, value] of Object.entries(inner)) {
      if (found.length >= MOST_EXPLAINED) return;
      const claim = path + name;
      if (typeof value === "object" && value !== null && !Array.isArray(value) && claim.split(".").length < 4)
        walk(value as Claims, `${claim}.`);
      else
        found.push({
          claim: printable(claim),
          value: printable(shown(claim, value)),
          meaning: MEANINGS[claim] ?? "not one of ours",
        });
    }
  };
  walk(claims, "");
  return found;
}

/** Without what a terminal would obey or hide: somebody else has written the token. */
const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (one) => `\\u{${one.codePointAt(0)!.toString(16)}}`).slice(0, LONGEST_SHOWN);
const LONGEST_SHOWN = 500;

function shown(claim: string, value: unknown): string {
  if (TIMES.has(claim) && typeof value === "number" && Math.abs(value) < 8.64e12) return new Date(value * 1000).toISOString();
  if ((claim === "room" || claim === "video.room") && value === EVERY_ROOM) return "every room";
  const text = JSON.stringify(value) ?? "";
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 1)}…` : text;
}
