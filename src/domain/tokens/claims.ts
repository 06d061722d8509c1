import type { Settings } from "../../config/schema.ts";
import { Refusal } from "../../kernel/refusal.ts";
import type { Claims } from "../../kernel/token-signer.ts";
import { EVERY_ROOM, JITSI_AUDIENCE, type MintInput, SESSION_AUDIENCE } from "./token.ts";

type TokenSettings = Settings["tokens"];

/** A token is good from a little before it is made: the clock of whoever checks it may be behind ours. Seconds. */
const LEEWAY = 10;

/** When a token is made and when it ends, in seconds since the epoch. */
export interface Lifetime {
  readonly from: number;
  readonly until: number;
}

/**
 * @param now milliseconds since the epoch
 * @throws Refusal `invalid-input`: `token.lifetime` (neither or both are given), `token.past`, `token.long` with `max` seconds.
 */
export function lifetimeOf({ validFor, validUntil }: MintInput, max: number, now: number): Lifetime {
  if ((validFor === undefined) === (validUntil === undefined))
    throw new Refusal("invalid-input", "token.lifetime", { given: validFor === undefined ? "neither" : "both" });
  const from = Math.floor(now / 1000);
  const until = validUntil ?? from + validFor!;
  const facts = { field: validUntil === undefined ? "validFor" : "validUntil", max };
  if (until <= from) throw new Refusal("invalid-input", "token.past", facts);
  if (until - from > max) throw new Refusal("invalid-input", "token.long", facts);
  return { from, until };
}

/** What a kind of token cannot say. @throws Refusal */
export function checkGrant({ kind, room, moderator }: MintInput, settings: TokenSettings): void {
  if (kind === "session") {
    if (room !== undefined || moderator) throw new Refusal("invalid-input", "token.session-grant");
    return;
  }
  if (room === undefined) throw new Refusal("invalid-input", "token.room");
  if (kind === "livekit" && room === EVERY_ROOM) throw new Refusal("invalid-input", "token.one-room");
  if (kind === "jitsi" && settings.app_id === "")
    throw new Refusal("unavailable", "token.no-key", { kind, setting: "tokens.app_id" });
  if (kind === "livekit" && settings.livekit.api_key === "")
    throw new Refusal("unavailable", "token.no-key", { kind, setting: "tokens.livekit.api_key" });
}

/**
 * The claims of a token. Jitsi: reference/chat-admin-server.md; `moderator` stands at the top for `mod_token_moderation` and in `context.user`
 * for `mod_token_affiliation`. LiveKit: docs.livekit.io, “Tokens & grants”.
 */
export function claimsOf(grant: MintInput, { from, until }: Lifetime, settings: TokenSettings, jti: string): Claims {
  const { kind, room, name, email, avatar, moderator } = grant;
  const user = grant.user ?? name;
  const times = { iat: from, nbf: from - LEEWAY, exp: until, jti };
  switch (kind) {
    case "jitsi":
      return {
        aud: JITSI_AUDIENCE,
        iss: settings.app_id,
        sub: settings.domain,
        room,
        moderator,
        context: { user: { id: user, name, ...(email && { email }), ...(avatar && { avatar }), moderator } },
        ...times,
      };
    case "livekit":
      return {
        iss: settings.livekit.api_key,
        sub: user,
        name,
        ...(avatar && { attributes: { avatar } }),
        video: {
          room,
          roomJoin: true,
          canPublish: true,
          canSubscribe: true,
          canPublishData: true,
          ...(moderator && { roomAdmin: true }),
        },
        ...times,
      };
    case "session":
      return { aud: SESSION_AUDIENCE, iss: SESSION_AUDIENCE, sub: user, name, ...times };
  }
}
