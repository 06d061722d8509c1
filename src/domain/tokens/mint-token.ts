import { z } from "zod";

import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { permitted } from "../users/access.ts";
import { makeToken } from "./make-token.ts";
import { EVERY_ROOM, MintInput, tokenMinted } from "./token.ts";

/** Lets one person into one room for a while. Who got what is written into the moderation log before the token is handed out. */
export const mintToken = operation({
  name: "token.mint",
  summary: "Makes a token that lets somebody into a room of a Jitsi or LiveKit server, or signs them in here.",
  input: () => MintInput,
  output: () =>
    z.object({
      token: z.string(),
      /** Seconds since the epoch. */
      expires: z.number(),
      jti: z.string(),
    }),
  access: { asking: permitted("manage_server") },
  /** Only against a loop gone wild: game servers are counted where they ask, by `tokens.requests_per_minute`. */
  pace: { burst: 10_000, perMinute: 600_000 },
  async run(call) {
    const { input, actor, settings, store, emit } = call;
    const { kind, room = null, name, moderator } = input;
    if (actor.kind !== "console") {
      // It makes whoever has it that account, the owner's too.
      if (kind === "session") throw new Refusal("forbidden", "console.only");
      if (moderator && !settings.tokens.allow_moderator) throw new Refusal("forbidden", "token.moderator");
      if (room === EVERY_ROOM && !settings.tokens.allow_every_room) throw new Refusal("forbidden", "token.every-room");
    }
    const { token, jti, lifetime } = await makeToken(input, call);
    const user = input.user ?? name;
    const expires = lifetime.until * 1000;
    const batch = new Batch();
    recordAct(batch, call, {
      action: "token_mint",
      target: { id: user, name },
      details: { kind, jti, room, moderator, expires },
    });
    emit(batch, tokenMinted, { operators: true }, { kind, jti, room, user, name, moderator, expires, by: actor.name });
    await store.commit(batch);
    return { token, expires: lifetime.until, jti };
  },
});
