import { createHash, createPublicKey, verify } from "node:crypto";
import { generateKey, issueCertificate } from "../../../src/net/self-signed.ts";

const BASE = "https://127.0.0.1";
const DAY = 24 * 60 * 60 * 1000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;

export interface Problem {
  readonly type: string;
  readonly detail?: string;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Said instead of a problem document. */
  readonly page?: string;
}

/**
 * A directory by RFC 8555 on loopback that does what a test tells it to, for what Pebble cannot be made to do. It proves every signature and nonce,
 * and names by asking the HTTP port that `httpPort` says. `problems` holds, by resource, what it answers instead, once each.
 */
export async function directoryDouble(clock: { now(): number }, httpPort: () => number) {
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const serverKey = await generateKey();
  const ca = await issueCertificate(serverKey, { required: ["127.0.0.1"], alsoNow: [] }, Date.now());
  const issuer = (await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as CryptoKeyPair;
  const accounts = new Map<string, { jwk: JsonWebKey; contact: string[] }>();
  const orders: { domains: string[]; status: string; chain?: string; replaces?: string; error?: unknown }[] = [];
  const nonces = new Set<string>();
  const problems = new Map<string, Problem[]>();
  const asked: string[] = [];
  const double = {
    ca,
    problems,
    /** Every resource that was asked for, in order. */
    asked,
    accounts,
    orders,
    /** Of the certificates it issues. */
    lifetime: 90 * DAY,
    /** What a validation ends with instead. */
    invalid: undefined as Problem | undefined,
    /** The window it suggests for renewals, milliseconds; offered only while set. */
    renewal: undefined as { start: number; end: number; retryAfter?: string } | undefined,
    /** How often it still answers that a name is being checked, and when to ask again. */
    slow: 0,
    retryAfter: undefined as string | undefined,
    /** Where it says that orders are placed, instead of here. */
    newOrder: undefined as string | undefined,
    /** What it believes the time to be, where that is not the client's. */
    date: undefined as number | undefined,
    /** What it issues for, instead of what was ordered. */
    names: undefined as string[] | undefined,
    url: "",
    [Symbol.asyncDispose]: async () => server.stop(true),
  };
  const urlOf = (path: string) => `${BASE}:${server.port}${path}`;
  const reply = (body: unknown, { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {}) => {
    const nonce = `nonce-${nonces.size}-${asked.length}`;
    nonces.add(nonce);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(text, {
      status,
      headers: { "replay-nonce": nonce, date: new Date(double.date ?? clock.now()).toUTCString(), ...headers },
    });
  };
  const problem = ({ type, detail = "", status = 403, headers = {}, page }: Problem) =>
    reply(page ?? { type: `urn:ietf:params:acme:error:${type}`, detail }, { status, headers });
  const document = ({ type, detail = "" }: Problem) => ({ type: `urn:ietf:params:acme:error:${type}`, detail });

  const issue = async (csr: string, names: readonly string[]) => {
    const request = new x509.Pkcs10CertificateRequest(Buffer.from(csr, "base64url"));
    if (!(await request.verify())) throw new Error("the request is not signed by its key");
    const wanted = request.extensions.flatMap((one) =>
      one instanceof x509.SubjectAlternativeNameExtension ? one.names.items.map(({ value }) => value) : [],
    );
    if (wanted.join() !== names.join()) throw new Error(`the request is for ${wanted}`);
    const certificate = await x509.X509CertificateGenerator.create({
      // A first byte from 0x80 up, so that its DER has a zero before it.
      serialNumber: `87${createHash("sha256").update(csr).digest("hex").slice(0, 16)}`,
      issuer: "CN=double",
      notBefore: new Date(clock.now()),
      notAfter: new Date(clock.now() + double.lifetime),
      signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
      publicKey: request.publicKey,
      signingKey: issuer.privateKey,
      extensions: [
        new x509.SubjectAlternativeNameExtension((double.names ?? wanted).map((value) => ({ type: "dns" as const, value }))),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ],
    });
    return `${certificate.toString("pem")}\n`;
  };

  const prove = async (jwk: JsonWebKey, domain: string, token: string): Promise<Problem | undefined> => {
    if (double.invalid) return double.invalid;
    const { crv, kty, x, y } = jwk;
    const thumbprint = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
    const shown = await fetch(`http://127.0.0.1:${httpPort()}/.well-known/acme-challenge/${token}`, {
      headers: { host: domain },
    });
    return (await shown.text()) === `${token}.${thumbprint}`
      ? undefined
      : { type: "unauthorized", detail: "not what was expected" };
  };

  const authorizations = new Map<string, { domain: string; status: string; error?: unknown; order: number }>();

  const answer = async (req: Request): Promise<Response> => {
    const { pathname } = new URL(req.url);
    const [, resource = "", id = ""] = pathname.split("/");
    asked.push(resource);
    const wrong = problems.get(resource)?.shift();
    if (wrong) return problem(wrong);
    if (resource === "directory")
      return reply({
        newNonce: urlOf("/nonce"),
        newAccount: urlOf("/new-account"),
        newOrder: double.newOrder ?? urlOf("/new-order"),
        ...(double.renewal && { renewalInfo: urlOf("/renewal") }),
        meta: { termsOfService: urlOf("/terms") },
      });
    if (resource === "nonce") return reply("");
    if (resource === "renewal") {
      const { start, end, retryAfter } = double.renewal!;
      return reply(
        { suggestedWindow: { start: new Date(start).toISOString(), end: new Date(end).toISOString() } },
        { headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } },
      );
    }
    const jws = (await req.json()) as { protected: string; payload: string; signature: string };
    const header = JSON.parse(Buffer.from(jws.protected, "base64url").toString());
    if (header.url !== urlOf(pathname) || header.alg !== "ES256") return problem({ type: "malformed" });
    if (!nonces.delete(header.nonce)) return problem({ type: "badNonce", status: 400 });
    const account = accounts.get(header.kid);
    if (header.kid !== undefined && account === undefined) return problem({ type: "accountDoesNotExist", status: 400 });
    const jwk = header.jwk ?? account?.jwk;
    const signed = Buffer.from(`${jws.protected}.${jws.payload}`);
    const key = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" as const };
    if (!verify("sha256", signed, key, Buffer.from(jws.signature, "base64url"))) return problem({ type: "malformed" });
    const payload = jws.payload === "" ? undefined : JSON.parse(Buffer.from(jws.payload, "base64url").toString());

    const order = orders[Number(id)];
    const shownOrder = (number: number) => {
      const { status, chain, error } = orders[number]!;
      return {
        status,
        authorizations: [...authorizations].filter(([, one]) => one.order === number).map(([name]) => urlOf(`/authz/${name}`)),
        finalize: urlOf(`/finalize/${number}`),
        ...(chain !== undefined && { certificate: urlOf(`/certificate/${number}`) }),
        ...(error !== undefined && { error }),
      };
    };
    switch (resource) {
      case "new-account": {
        if (payload.termsOfServiceAgreed !== true) return problem({ type: "userActionRequired" });
        const url = urlOf(`/account/${accounts.size}`);
        accounts.set(url, { jwk, contact: payload.contact });
        return reply({ status: "valid" }, { status: 201, headers: { location: url } });
      }
      case "account":
        account!.contact = payload.contact;
        return reply({ status: "valid" });
      case "new-order": {
        const domains = payload.identifiers.map(({ value }: { value: string }) => value);
        orders.push({ domains, status: "pending", replaces: payload.replaces });
        const number = orders.length - 1;
        for (const [index, domain] of domains.entries())
          authorizations.set(`${number}-${index}`, { domain, status: "pending", order: number });
        return reply(shownOrder(number), { status: 201, headers: { location: urlOf(`/order/${number}`) } });
      }
      case "order":
        return reply(shownOrder(Number(id)));
      case "authz": {
        const { domain, status: decided, error } = authorizations.get(id)!;
        const status = decided !== "pending" && double.slow-- > 0 ? "pending" : decided;
        const challenges = [
          {
            type: "http-01",
            url: urlOf(`/challenge/${id}`),
            token: `token-${id}`,
            status,
            ...(error !== undefined && { error }),
          },
        ];
        const headers = double.retryAfter === undefined ? {} : { "retry-after": double.retryAfter };
        return reply({ status, identifier: { type: "dns", value: domain }, challenges }, { headers });
      }
      case "challenge": {
        const one = authorizations.get(id)!;
        const failure = await prove(jwk, one.domain, `token-${id}`);
        one.status = failure ? "invalid" : "valid";
        if (failure) one.error = document(failure);
        const all = [...authorizations.values()].filter((other) => other.order === one.order);
        if (all.every(({ status }) => status === "valid")) orders[one.order]!.status = "ready";
        return reply({});
      }
      case "finalize":
        order!.chain = await issue(payload.csr, order!.domains);
        order!.status = "valid";
        return reply(shownOrder(Number(id)));
      case "certificate":
        return reply(order!.chain);
      default:
        return problem({ type: "malformed", status: 404 });
    }
  };

  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { cert: ca, key: serverKey },
    fetch: answer,
    error: (error) => problem({ type: "serverInternal", detail: String(error), status: 500 }),
  });
  double.url = urlOf("/directory");
  return double;
}
