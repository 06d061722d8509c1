import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";

import { Refusal } from "../kernel/refusal.ts";
import type { TokenKey, TokenSigner } from "../kernel/token-signer.ts";

/** What signs and what checks: one secret, or the two halves of a pair. The private half may be missing where only checking is asked for. */
interface Pair {
  readonly signs: Uint8Array | KeyObject | undefined;
  readonly checks: Uint8Array | KeyObject;
}

/** Keys kept in memory; a changed setting brings another one, and the oldest goes. */
const MOST_KEYS = 16;
const LARGEST_KEY_FILE = 65_536;

/** Signs with jose. Key files are read when they are first needed, and again after a restart or when a reading has failed. */
export function joseSigner(): TokenSigner {
  const pairs = new Map<string, Promise<Pair>>();
  const pairOf = (key: TokenKey): Promise<Pair> => {
    const name = JSON.stringify([key.algorithm, "secret" in key ? key.secret : key.file]);
    let found = pairs.get(name);
    if (found) return found;
    found = loadPair(key);
    found.catch(() => pairs.delete(name));
    pairs.set(name, found);
    if (pairs.size > MOST_KEYS) pairs.delete(pairs.keys().next().value!);
    return found;
  };
  return {
    async sign(key, claims) {
      const [{ SignJWT }, { signs }] = await Promise.all([import("jose"), pairOf(key)]);
      if (!signs)
        throw unusable(`${"file" in key ? key.file : "The key"} holds a public key, and signing needs the private one.`);
      const header = { alg: key.algorithm, typ: "JWT", ...(key.id ? { kid: key.id } : {}) };
      return new SignJWT({ ...claims }).setProtectedHeader(header).sign(signs);
    },
    async check(key, token) {
      const [{ compactVerify, decodeProtectedHeader }, { checks }] = await Promise.all([import("jose"), pairOf(key)]);
      try {
        if (decodeProtectedHeader(token).alg !== key.algorithm) return "algorithm";
        await compactVerify(token, checks, { algorithms: [key.algorithm] });
        return "good";
      } catch {
        return "bad";
      }
    },
  };
}

const unusable = (problem: string) => new Refusal("unavailable", "token.key", { problem });

async function loadPair(key: TokenKey): Promise<Pair> {
  if (key.algorithm === "HS256") {
    const secret = new TextEncoder().encode(key.secret);
    return { signs: secret, checks: secret };
  }
  const { file, algorithm } = key;
  let pem: string;
  try {
    pem = await readFile(file, "utf8");
  } catch (error) {
    throw unusable(`The key file ${file} cannot be read: ${(error as Error).message}.`);
  }
  if (pem.length > LARGEST_KEY_FILE) throw unusable(`The key file ${file} is too large for a key.`);
  try {
    const signs = pem.includes("PRIVATE KEY-----") ? createPrivateKey(pem) : undefined;
    const checks = createPublicKey(signs ?? pem);
    const found = kindOf(checks);
    if (found !== algorithm)
      throw unusable(`The key in ${file} is for ${found ?? "none of our algorithms"}, and ${algorithm} is asked for.`);
    return { signs, checks };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw unusable(`${file} holds no unencrypted PEM key.`);
  }
}

/** The algorithm that a public key serves. RSA keys below 2048 bits serve none (RFC 7518 §3.3). */
function kindOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined {
  if (asymmetricKeyType === "rsa") return (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048 ? "RS256" : undefined;
  if (asymmetricKeyType === "ec") return asymmetricKeyDetails?.namedCurve === "prime256v1" ? "ES256" : undefined;
  return asymmetricKeyType === "ed25519" ? "EdDSA" : undefined;
}
