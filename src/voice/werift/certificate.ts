import type { Werift } from "./load-werift.ts";

export type Certificate = Awaited<ReturnType<typeof newCertificate>>;

/**
 * A certificate and its key (P-256) for one connection. By another one a client that takes up a connection which the relay has
 * forgotten sees that it has to begin DTLS anew (RFC 8842 §4); werift would show the same in all of them.
 */
export const newCertificate = ({ CipherContext, SignatureAlgorithm, HashAlgorithm, NamedCurveAlgorithm }: Werift) =>
  CipherContext.createSelfSignedCertificateWithKey(
    { signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4 },
    NamedCurveAlgorithm.secp256r1_23,
  );
