import type { Settings } from "../../config/schema.ts";
import type { TokenSigner } from "../../kernel/token-signer.ts";
import { checkGrant, claimsOf, type Lifetime, lifetimeOf } from "./claims.ts";
import { keyOf, type MintInput } from "./token.ts";

/** What making a token needs of the world. */
export interface TokenTools {
  readonly tokens: TokenSigner;
  readonly settings: Pick<Settings, "tokens">;
  readonly now: () => number;
  readonly id: () => string;
}

export interface MadeToken {
  readonly token: string;
  readonly jti: string;
  readonly lifetime: Lifetime;
}

/** Checks the grant, makes its claims and has them signed. @throws Refusal */
export async function makeToken(input: MintInput, { tokens, settings, now, id }: TokenTools): Promise<MadeToken> {
  checkGrant(input, settings.tokens);
  const lifetime = lifetimeOf(input, settings.tokens.max_lifetime, now());
  const jti = id();
  const token = await tokens.sign(keyOf(input.kind, settings.tokens), claimsOf(input, lifetime, settings.tokens, jti));
  return { token, jti, lifetime };
}
