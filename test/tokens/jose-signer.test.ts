import { describe, expect, test } from "bun:test";
import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { Refusal } from "../../src/kernel/refusal.ts";
import type { TokenKey } from "../../src/kernel/token-signer.ts";
import { joseSigner } from "../../src/tokens/jose-signer.ts";
import { temporaryFolder } from "../support/folder.ts";
import { opened } from "../support/tokens.ts";

const PAIRS: Readonly<Record<Exclude<TokenKey["algorithm"], "HS256">, () => { privateKey: KeyObject; publicKey: KeyObject }>> = {
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  EdDSA: () => generateKeyPairSync("ed25519"),
};
const pem = (key: KeyObject) => key.export({ type: key.type === "private" ? "pkcs8" : "spki", format: "pem" }) as string;

/** The signature by node:crypto alone (RFC 7518 §3.3, §3.4; RFC 8037 §3.1). */
function holds(token: string, algorithm: string, key: KeyObject): boolean {
  const [header, claims, signature] = token.split(".");
  const digest = algorithm === "EdDSA" ? null : "sha256";
  return verify(
    digest,
    Buffer.from(`${header}.${claims}`),
    { key, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature!, "base64url"),
  );
}

/** The operator's sentence in the refusal. */
const problem = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no refusal",
    (why: unknown) => (why instanceof Refusal ? why.facts["problem"] : why),
  );

for (const algorithm of ["RS256", "ES256", "EdDSA"] as const)
  describe(algorithm, () => {
    test("a token signed with the private key holds with the public one, by another implementation", async () => {
      using folder = temporaryFolder();
      const { privateKey, publicKey } = PAIRS[algorithm]();
      const file = join(folder.path, "key.pem");
      writeFileSync(file, pem(privateKey));
      const signer = joseSigner();
      const token = await signer.sign({ algorithm, file, id: "k1" }, { room: "a" });
      expect(JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString())).toEqual({
        alg: algorithm,
        typ: "JWT",
        kid: "k1",
      });
      expect(holds(token, algorithm, publicKey)).toBe(true);
      expect(holds(token, algorithm, createPublicKey(PAIRS[algorithm]().privateKey))).toBe(false);
      expect(await signer.check({ algorithm, file }, token)).toBe("good");
    });

    test("the public key alone checks and does not sign", async () => {
      using folder = temporaryFolder();
      const { privateKey, publicKey } = PAIRS[algorithm]();
      const [own, shared] = [join(folder.path, "private.pem"), join(folder.path, "public.pem")];
      writeFileSync(own, pem(privateKey));
      writeFileSync(shared, pem(publicKey));
      const signer = joseSigner();
      const token = await signer.sign({ algorithm, file: own }, {});
      expect(await signer.check({ algorithm, file: shared }, token)).toBe("good");
      expect(await problem(signer.sign({ algorithm, file: shared }, {}))).toBe(
        `${shared} holds a public key, and signing needs the private one.`,
      );
    });
  });

describe("HS256", () => {
  test("a token holds with the secret and with no other", async () => {
    const signer = joseSigner();
    const token = await signer.sign({ algorithm: "HS256", secret: "söcret" }, { a: 1 });
    expect(opened(token, "söcret").claims).toEqual({ a: 1 });
    expect(await signer.check({ algorithm: "HS256", secret: "söcret" }, token)).toBe("good");
    expect(await signer.check({ algorithm: "HS256", secret: "socret" }, token)).toBe("bad");
  });

  test("a public key does not pass as a secret", async () => {
    using folder = temporaryFolder();
    const { privateKey, publicKey } = PAIRS.RS256();
    const file = join(folder.path, "key.pem");
    writeFileSync(file, pem(privateKey));
    const signer = joseSigner();
    const forged = await signer.sign({ algorithm: "HS256", secret: pem(publicKey) }, {});
    expect(await signer.check({ algorithm: "RS256", file }, forged)).toBe("algorithm");
  });
});

test("a key file that is missing, no key, or for another algorithm is said in a sentence", async () => {
  using folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  writeFileSync(at("text"), "no key");
  writeFileSync(at("ec"), pem(PAIRS.ES256().privateKey));
  writeFileSync(at("weak"), pem(generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey));
  const sign = (name: string) => problem(joseSigner().sign({ algorithm: "RS256", file: at(name) }, {}));
  expect(await sign("absent")).toMatch(/^The key file .*absent cannot be read: ENOENT/);
  expect(await sign("text")).toBe(`${at("text")} holds no unencrypted PEM key.`);
  expect(await sign("ec")).toBe(`The key in ${at("ec")} is for ES256, and RS256 is asked for.`);
  expect(await sign("weak")).toBe(`The key in ${at("weak")} is for none of our algorithms, and RS256 is asked for.`);
});

test("a key file that appears later is found without a restart", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "key.pem");
  const signer = joseSigner();
  expect(await problem(signer.sign({ algorithm: "EdDSA", file }, {}))).toMatch(/cannot be read/);
  writeFileSync(file, pem(PAIRS.EdDSA().privateKey));
  expect(await signer.sign({ algorithm: "EdDSA", file }, {})).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});
