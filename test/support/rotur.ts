import { type GuardedFetch, GuardedFetchError, type GuardedResponse } from "../../src/net/guarded-fetch.ts";

export interface RoturAccount {
  readonly id: unknown;
  readonly username: unknown;
  readonly subscription?: string;
}

/** Stands in for a Rotur service (reference/originchats.md §1.6): it makes validators for a key, and confirms each for that key only. */
export class RoturStandIn {
  readonly accounts = new Map<string, RoturAccount>();
  readonly #validators = new Map<string, { readonly key: string; readonly account: string }>();
  /** What was asked, by path. */
  readonly asked: string[] = [];
  #made = 0;

  /** What a client gets for its account and the key it was shown. */
  validator(account: string, key: string): string {
    const made = `validator-${++this.#made}`;
    this.#validators.set(made, { key, account });
    return made;
  }

  /** The way out that leads to nobody else. */
  readonly fetch: GuardedFetch = async (address) => {
    const url = new URL(address);
    const response = this.answer(url);
    return answered(url, response.status, await response.text());
  };

  answer(url: URL): Response {
    this.asked.push(url.pathname);
    const query = url.searchParams;
    if (url.pathname === "/profile") return Response.json(this.accounts.get(query.get("name") ?? "") ?? { error: "not found" });
    if (url.pathname !== "/validate") return Response.json({ error: "not found" }, { status: 404 });
    const known = this.#validators.get(query.get("v") ?? "");
    const account = known?.key === query.get("key") ? this.accounts.get(known?.account ?? "") : undefined;
    return Response.json(account ? { valid: true, ...account } : { valid: false });
  }
}

/** The service of transcripts: `ok:<name>` is that account's validator on every connection, and `away` finds the service out of reach. */
export const transcriptRotur: GuardedFetch = async (address) => {
  const url = new URL(address);
  const [, name] = /^ok:(.+)$/.exec(url.searchParams.get("v") ?? "") ?? [];
  if (url.searchParams.get("v") === "away") throw new GuardedFetchError("timed-out", "rotur.example did not answer in time.");
  const text = JSON.stringify(name === undefined ? { valid: false } : { valid: true, id: `USR:${name}-id`, username: name });
  return answered(url, 200, text);
};

const answered = (url: URL, status: number, text: string): GuardedResponse => ({
  status,
  headers: new Headers(),
  url,
  body: new TextEncoder().encode(text),
  text: () => text,
  json: () => JSON.parse(text) as unknown,
});
