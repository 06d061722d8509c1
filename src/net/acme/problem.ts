import { z } from "zod";

/** The directory's words, which end up in a log: one line, and no longer than a line. */
const words = z.string().transform((text) =>
  text
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, 400),
);

const ProblemSchema = z.object({
  type: z.string().max(200).catch("about:blank"),
  detail: words.catch(""),
  subproblems: z
    .array(z.object({ type: z.string().max(200), detail: words.catch(""), identifier: z.object({ value: words }).optional() }))
    .max(100)
    .catch([]),
});

/** A problem document (RFC 7807) with the types of RFC 8555 §6.7. */
export type ProblemDocument = z.output<typeof ProblemSchema>;

/** Whatever the directory sent, as a problem. */
export const readProblem = (found: unknown): ProblemDocument => ProblemSchema.catch(ProblemSchema.parse({})).parse(found);

const NAMESPACE = "urn:ietf:params:acme:error:";

/** The directory says no. */
export class AcmeProblem extends Error {
  override readonly name = "AcmeProblem";
  /** Without the namespace: `rateLimited`. */
  readonly type: string;
  readonly detail: string;
  /** The name at fault, where there is one. */
  readonly domain: string | undefined;
  /** Milliseconds since 1970; before it another request is of no use. */
  readonly retryAt: number | undefined;
  /** Addresses that go with it (the header `Link`), as for new terms. */
  readonly link: string | undefined;

  constructor(
    { type, detail, subproblems }: ProblemDocument,
    more: {
      readonly domain?: string | undefined;
      readonly retryAt?: number | undefined;
      readonly link?: string | undefined;
    } = {},
  ) {
    const [first] = subproblems;
    // A compound problem says little by itself (RFC 8555 §6.7.1).
    const told = first && type.endsWith(":compound") ? first : { type, detail };
    super(told.detail || told.type);
    this.type = told.type.startsWith(NAMESPACE) ? told.type.slice(NAMESPACE.length) : told.type;
    this.detail = told.detail;
    this.domain = more.domain ?? first?.identifier?.value;
    this.retryAt = more.retryAt;
    this.link = more.link;
  }
}

/** The directory answers, but not as RFC 8555 says; the message is what it did. */
export class AcmeBroken extends Error {
  override readonly name = "AcmeBroken";
}
