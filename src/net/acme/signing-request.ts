/** A request for a certificate (PKCS #10, RFC 2986) with these names and this P-256 key, as RFC 8555 §7.4 sends it: base64url of DER. */
export async function signingRequest(keyPem: string, domains: readonly string[]): Promise<string> {
  // The library's container needs this polyfill to be evaluated first, and a bundler may order them otherwise.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const algorithm = { name: "ECDSA", namedCurve: "P-256" } as const;
  const der = Buffer.from(keyPem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const privateKey = await crypto.subtle.importKey("pkcs8", der, algorithm, true, ["sign"]);
  const { d: _, key_ops: __, ...publicJwk } = await crypto.subtle.exportKey("jwk", privateKey);
  const publicKey = await crypto.subtle.importKey("jwk", publicJwk, algorithm, true, ["verify"]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    keys: { privateKey, publicKey },
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    extensions: [new x509.SubjectAlternativeNameExtension(domains.map((value) => ({ type: "dns" as const, value })))],
  });
  return Buffer.from(request.rawData).toString("base64url");
}
