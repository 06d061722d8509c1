import { z } from "zod";

import { mintToken } from "../../domain/tokens/mint-token.ts";
import { binding } from "../wire.ts";

/** The wire's one command (reference/chat-admin-server.md, “Protocol”). Missing and wrong fields are complained about one by one. */
const Request = () =>
  z.looseObject({
    cmd: z.unknown().refine((cmd) => cmd === "jwt_token", { error: wrong("cmd", '"jwt_token"') }),
    displayName: z.string({ error: wrong("displayName", "a string") }),
    channel: z.string({ error: wrong("channel", "a string") }),
    moderator: z.boolean({ error: wrong("moderator", "true or false") }),
    validUntil: z.int({ error: wrong("validUntil", "a whole number of seconds since the epoch") }).optional(),
    validFor: z.int({ error: wrong("validFor", "a whole number of seconds") }).optional(),
    email: z.string({ error: wrong("email", "a string") }).optional(),
    avatar: z.string({ error: wrong("avatar", "a string") }).optional(),
  });

function wrong(field: string, wanted: string) {
  return ({ input }: { readonly input?: unknown }): string =>
    input === undefined ? `${field} is missing: it must be ${wanted}` : `${field} must be ${wanted}`;
}

export const jwtToken = binding({
  name: "jwt_token",
  operation: mintToken,
  request: Request,
  toInput: ({ displayName, channel, moderator, validUntil, validFor, email, avatar }) => ({
    kind: "jitsi" as const,
    name: displayName,
    room: channel,
    moderator,
    validUntil,
    validFor,
    // Callers that build every field send an empty one for none.
    email: email || undefined,
    avatar: avatar || undefined,
  }),
  toReply: ({ token }) => ({ success: true, message: "OK", token }),
});
