import { z } from "zod";

import type { Settings } from "../../config/schema.ts";
import { eventType } from "../../kernel/event.ts";
import { Refusal } from "../../kernel/refusal.ts";
import type { TokenKey } from "../../kernel/token-signer.ts";

/** For whom a token is: a Jitsi deployment's Prosody, a LiveKit server, or this server itself. */
export const TOKEN_KINDS = ["jitsi", "livekit", "session"] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** Stands for every room. */
export const EVERY_ROOM = "*";
/** Whom a session token is for: nobody else's token may pass as one. */
export const SESSION_AUDIENCE = "chat";
/** jitsi-meet's `mod_auth_token` takes what its configuration names; `jitsi` is what everybody configures. */
export const JITSI_AUDIENCE = "jitsi";

/** One line, without control characters. */
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\u2028\u2029]{1,2000}$/u, "must be one line without control characters");
/** The last second that fits into four digits of a year: beyond it somebody has given milliseconds. */
const LAST_SECOND = 253_402_300_799;
const LONGEST_SECONDS = 315_360_000;

/** Who is let in where, and until when. Exactly one of `validFor` and `validUntil` is given; both are seconds. */
export const MintInput = z.lazy(() =>
  z.strictObject({
    kind: z.enum(TOKEN_KINDS),
    room: line(255).optional().describe('Name of the room; "*" for every room. Not for sessions.'),
    name: line(200).describe("Name that others see."),
    user: line(200).optional().describe("Stable id of the person; their name without it."),
    email: z.email("must be an e-mail address").max(320).optional(),
    avatar: z
      .url({ protocol: /^https?$/, error: "must be an http or https address" })
      .max(2000)
      .optional(),
    moderator: z.boolean().default(false),
    validFor: z.int().min(1).max(LONGEST_SECONDS).optional().describe("Seconds from now."),
    validUntil: z.int().min(1).max(LAST_SECOND).optional().describe("Seconds since the epoch."),
  }),
);
export type MintInput = z.output<typeof MintInput>;

/** That a token was given out; never the token. `jti` is in its claims, so that one that turns up can be traced. */
export const tokenMinted = eventType({
  name: "token.minted",
  summary: "A token was given out.",
  data: () =>
    z.object({
      kind: z.enum(TOKEN_KINDS),
      jti: z.string(),
      room: z.string().nullable(),
      user: z.string(),
      name: z.string(),
      moderator: z.boolean(),
      /** Milliseconds since the epoch. */
      expires: z.number(),
      by: z.string(),
    }),
  durable: false,
});

type TokenSettings = Settings["tokens"];

/** The key that tokens of a kind are signed with. @throws Refusal `unavailable` `token.no-key` with the `setting` that is missing. */
export function keyOf(
  kind: TokenKind,
  { algorithm, app_secret, key_file, key_id, livekit, session_secret }: TokenSettings,
): TokenKey {
  const shared = (secret: string, setting: string): TokenKey => {
    if (secret === "") throw new Refusal("unavailable", "token.no-key", { kind, setting });
    return { algorithm: "HS256", secret };
  };
  if (kind === "livekit") return shared(livekit.api_secret, "tokens.livekit.api_secret");
  if (kind === "session") return shared(session_secret, "tokens.session_secret");
  const id = key_id || undefined;
  if (algorithm === "HS256") return { ...shared(app_secret, "tokens.app_secret"), id };
  if (key_file === "") throw new Refusal("unavailable", "token.no-key", { kind, setting: "tokens.key_file" });
  return { algorithm, file: key_file, id };
}
