/** Claims of a JSON Web Token (RFC 7519 §4). Times are seconds since the epoch. */
export type Claims = Readonly<Record<string, unknown>>;

/** HS256 with a shared secret, the others with a private key (RFC 7518 §3, RFC 8037 §3.1). */
const TOKEN_ALGORITHMS = ["HS256", "RS256", "ES256", "EdDSA"] as const;
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

/** What a token is signed with. `id` goes into the header as `kid`, by which a verifier finds the public key. */
export type TokenKey = {
  readonly id?: string | undefined;
} & (
  | { readonly algorithm: "HS256"; readonly secret: string }
  /** The private key as a PEM file (PKCS #8); to check signatures the public half of it is enough. */
  | { readonly algorithm: Exclude<TokenAlgorithm, "HS256">; readonly file: string }
);

/** Makes and checks the signatures of tokens (JWS Compact Serialization, RFC 7515 §7.1); what the claims mean is the domain's. */
export interface TokenSigner {
  /** @throws Refusal `unavailable` `token.key` with the `problem`, a sentence for the operator, when the key cannot be used. */
  sign(key: TokenKey, claims: Claims): Promise<string>;
  /**
   * Whether the key has signed the token. `algorithm`: it names another algorithm than the key's.
   * @throws Refusal as `sign`.
   */
  check(key: TokenKey, token: string): Promise<"good" | "bad" | "algorithm">;
}
