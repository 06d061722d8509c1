import { createHash } from "node:crypto";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const base64url = (bytes: string | ArrayBuffer | Uint8Array) => Buffer.from(bytes as Uint8Array).toString("base64url");

/** What stands in the protected header besides the algorithm (RFC 8555 §6.2): the account is named by its address once it has one. */
export interface SignedHeader {
  readonly url: string;
  readonly nonce: string;
  readonly kid?: string | undefined;
}

/** The key by which a directory knows an account: ECDSA P-256, signing as ES256 (RFC 7518 §3.4). */
export class AccountKey {
  readonly #key: CryptoKey;
  readonly #jwk: { readonly crv: string; readonly kty: string; readonly x: string; readonly y: string };
  /** RFC 7638. */
  readonly thumbprint: string;

  private constructor(key: CryptoKey, { crv, kty, x, y }: JsonWebKey) {
    this.#key = key;
    // The order of the names is that of RFC 7638 §3.
    this.#jwk = { crv: crv!, kty: kty!, x: x!, y: y! };
    this.thumbprint = createHash("sha256").update(JSON.stringify(this.#jwk)).digest("base64url");
  }

  /** Throws if the text is not such a key in PKCS #8 PEM. */
  static async read(pem: string): Promise<AccountKey> {
    const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
    const key = await crypto.subtle.importKey("pkcs8", der, ALGORITHM, true, ["sign"]);
    return new AccountKey(key, await crypto.subtle.exportKey("jwk", key));
  }

  /** A JWS in the flattened JSON form (RFC 7515 §7.2.2). Without a payload it asks for what is at the address (POST-as-GET, RFC 8555 §6.3). */
  async sign({ url, nonce, kid }: SignedHeader, payload: unknown): Promise<string> {
    const header = base64url(JSON.stringify({ alg: "ES256", nonce, url, ...(kid === undefined ? { jwk: this.#jwk } : { kid }) }));
    const body = payload === undefined ? "" : base64url(JSON.stringify(payload));
    const signature = await crypto.subtle.sign(ALGORITHM, this.#key, Buffer.from(`${header}.${body}`));
    return JSON.stringify({ protected: header, payload: body, signature: base64url(signature) });
  }

  /** What is shown at a challenge's address (RFC 8555 §8.1). */
  answerTo(token: string): string {
    return `${token}.${this.thumbprint}`;
  }
}
