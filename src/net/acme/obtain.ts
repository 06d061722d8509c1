import { z } from "zod";
import { generateKey } from "../self-signed.ts";
import type { AccountKey } from "./account-key.ts";
import type { ChallengeListener } from "./challenge-listener.ts";
import { address, type Directory, type Reply } from "./directory.ts";
import { AcmeBroken, AcmeProblem, readProblem } from "./problem.ts";
import { signingRequest } from "./signing-request.ts";

const OrderSchema = z.object({
  status: z.enum(["pending", "ready", "processing", "valid", "invalid"]),
  authorizations: z.array(address).max(200),
  finalize: address,
  certificate: address.optional(),
  error: z.unknown().optional(),
});

const AuthorizationSchema = z.object({
  status: z.enum(["pending", "valid", "invalid", "deactivated", "expired", "revoked"]),
  identifier: z.object({ value: z.string().max(300) }),
  challenges: z
    .array(z.object({ type: z.string(), url: address, token: z.string().max(200).optional(), error: z.unknown().optional() }))
    .max(50),
});
type Authorization = z.output<typeof AuthorizationSchema>;

export interface Wanted {
  readonly domains: readonly string[];
  /** The name of the certificate that this one follows (RFC 9773 §4.1), at a directory that offers renewal information. */
  readonly replaces?: string | undefined;
}

export interface Means {
  readonly directory: Directory;
  readonly key: AccountKey;
  readonly listener: ChallengeListener;
  /** Resolves after so many milliseconds; rejects when the server ends. */
  pause(ms: number): Promise<void>;
  /** Milliseconds since 1970. */
  now(): number;
}

/** Between two questions about the same thing, if the directory names no time. Milliseconds. */
const [FIRST_PAUSE, LONGEST_PAUSE] = [500, 30_000];
/** One step is given up after so many questions: with the pauses above about ten minutes. */
const QUESTIONS = 25;

/** Orders a certificate, proves every name by HTTP-01, and fetches it: one run through RFC 8555 §7.4. The account must be known to the directory. */
export async function obtain(
  { domains, replaces }: Wanted,
  means: Means,
): Promise<{ readonly cert: string; readonly key: string }> {
  const { directory } = means;
  const order = await placeOrder(directory, domains, replaces);
  const { location } = order;
  if (location === undefined) throw new AcmeBroken("it did not say where the order is");
  await prove(order.body.authorizations, means);
  const ready = await settled(means, location, OrderSchema, ({ status }) => status !== "pending");
  const key = await generateKey();
  if (ready.status === "ready") await directory.post(ready.finalize, z.unknown(), { csr: await signingRequest(key, domains) });
  const done = await settled(means, location, OrderSchema, ({ status }) => status === "valid" || status === "invalid");
  if (done.status === "invalid") throw new AcmeProblem(readProblem(done.error));
  if (done.certificate === undefined) throw new AcmeBroken("it did not say where the certificate is");
  return { cert: await directory.text(done.certificate), key };
}

async function placeOrder(directory: Directory, domains: readonly string[], replaces: string | undefined) {
  const identifiers = domains.map((value) => ({ type: "dns", value }));
  const place = (more: object) => directory.post(directory.endpoints.newOrder, OrderSchema, { identifiers, ...more });
  if (replaces === undefined) return place({});
  try {
    return await place({ replaces });
  } catch (error) {
    // A certificate of another account, or one that was followed already (RFC 9773 §5): the order is good without the hint.
    if (error instanceof AcmeProblem && /^(alreadyReplaced|malformed|unauthorized)$/.test(error.type)) return place({});
    throw error;
  }
}

async function prove(authorizations: readonly string[], means: Means): Promise<void> {
  const { directory, key, listener } = means;
  const shown: (() => void)[] = [];
  try {
    const open: string[] = [];
    for (const url of authorizations) {
      const { body } = await directory.post(url, AuthorizationSchema);
      if (body.status === "valid") continue;
      const challenge = http01(body);
      if (challenge?.token === undefined || !/^[A-Za-z0-9_-]+$/.test(challenge.token))
        throw new AcmeProblem({ type: "noChallenge", detail: "", subproblems: [] }, { domain: body.identifier.value });
      shown.push(listener.show(challenge.token, key.answerTo(challenge.token)));
      if (body.status === "pending") await directory.post(challenge.url, z.unknown(), {});
      open.push(url);
    }
    for (const url of open) {
      const body = await settled(means, url, AuthorizationSchema, ({ status }) => status !== "pending");
      if (body.status !== "valid") throw new AcmeProblem(readProblem(http01(body)?.error), { domain: body.identifier.value });
    }
  } finally {
    for (const hide of shown) hide();
  }
}

const http01 = ({ challenges }: Authorization) => challenges.find(({ type }) => type === "http-01");

/** Asks until it is so, as often as the directory wants to be asked. */
async function settled<T extends z.ZodType>(
  { directory, pause, now }: Means,
  url: string,
  schema: T,
  isSettled: (found: z.output<T>) => boolean,
): Promise<z.output<T>> {
  for (let asked = 1; ; asked++) {
    const { body, retryAt }: Reply<z.output<T>> = await directory.post(url, schema);
    if (isSettled(body)) return body;
    if (asked === QUESTIONS) throw new AcmeBroken("it did not come to a decision in time");
    const wanted = retryAt === undefined ? FIRST_PAUSE * 1.5 ** asked : retryAt - now();
    await pause(Math.min(Math.max(wanted, FIRST_PAUSE), LONGEST_PAUSE));
  }
}
