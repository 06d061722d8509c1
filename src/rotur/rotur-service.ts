import { createHash } from "node:crypto";
import type { Log } from "../kernel/log.ts";
import { Refusal } from "../kernel/refusal.ts";
import { type GuardedFetch, GuardedFetchError, type GuardedResponse } from "../net/guarded-fetch.ts";
import type { Rotur } from "../net/rotur.ts";

export interface RoturOptions {
  readonly fetch: GuardedFetch;
  readonly now: () => number;
  readonly log: Log;
  /** Asked for before each question: settings may be read anew. */
  readonly rules: () => RoturRules;
}
export interface RoturRules {
  readonly validateUrl: string;
  readonly profileUrl: string;
  /** How long one answer is waited for. */
  readonly timeoutMs: number;
  /** How long a service that could not be reached is not asked again. */
  readonly retryAfterMs: number;
  readonly subscriptionTtlMs: number;
}

/** Questions under way at one time; whoever comes then is asked to try again. */
const MOST_UNDER_WAY = 64;
/** How long, and how many, refused validators are remembered. */
const REFUSED_FOR = 60_000;
const MOST_REFUSED = 10_000;
const MOST_SUBSCRIPTIONS = 10_000;
const MOST_BYTES = 262_144;

/** The host of an address with its port, for the allow list of {@link GuardedFetch}: who runs a Rotur service of their own has it in their network. */
export const hostOf = (address: string): string => {
  const url = new URL(address);
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
};

/** Asks a Rotur service over HTTP. A service that is away costs each caller one sentence and nobody else's time. */
export function openRotur({ fetch, now, log, rules }: RoturOptions): Rotur {
  const refused = new Map<string, number>();
  const subscriptions = new Map<string, { readonly tier: string | undefined; readonly until: number }>();
  let underWay = 0;
  let awayUntil = -Infinity;

  const ask = async (address: string, query: Record<string, string>): Promise<GuardedResponse> => {
    if (now() < awayUntil) throw new Refusal("unavailable", "account.rotur-away");
    if (underWay >= MOST_UNDER_WAY) throw new Refusal("unavailable", "account.rotur-busy");
    const url = new URL(address);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    underWay++;
    try {
      return await fetch(url, { timeoutMs: rules().timeoutMs, maxBodyBytes: MOST_BYTES });
    } catch (why) {
      if (!(why instanceof GuardedFetchError)) throw why;
      if (why.code === "too-large") throw new Refusal("unavailable", "account.rotur-answer");
      awayUntil = now() + rules().retryAfterMs;
      log.warn("rotur.away", { code: why.code, message: why.message });
      throw new Refusal("unavailable", "account.rotur-away");
    } finally {
      underWay--;
    }
  };

  return {
    async validate(key, validator) {
      const asked = createHash("sha256").update(`${key}\0${validator}`).digest("base64url");
      if (now() < (refused.get(asked) ?? -Infinity)) return undefined;
      const response = await ask(rules().validateUrl, { key, v: validator });
      // What a client sends may upset the service: that is no reason to keep others waiting.
      if (response.status >= 500 || response.status === 429) throw new Refusal("unavailable", "account.rotur-away");
      const answer = response.status === 200 ? parsed(response) : {};
      if (!answer) throw new Refusal("unavailable", "account.rotur-answer");
      if (answer["valid"] !== true) {
        remember(refused, asked, now() + REFUSED_FOR, MOST_REFUSED);
        return undefined;
      }
      const account = accountOf(answer);
      if (!account) throw new Refusal("unavailable", "account.rotur-answer");
      return account;
    },

    async subscriptionOf(name) {
      const key = name.toLowerCase();
      const known = subscriptions.get(key);
      if (known && now() < known.until) return known.tier;
      let tier: string | undefined;
      let lastsMs = rules().subscriptionTtlMs;
      try {
        const response = await ask(rules().profileUrl, { include_posts: "0", name });
        const given = response.status === 200 ? parsed(response)?.["subscription"] : undefined;
        if (typeof given === "string" && given.length <= 50) tier = given;
      } catch (why) {
        if (!(why instanceof Refusal)) throw why;
        lastsMs = rules().retryAfterMs;
      }
      remember(subscriptions, key, { tier, until: now() + lastsMs }, MOST_SUBSCRIPTIONS);
      return tier;
    },
  };
}

function remember<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
}

function parsed(response: GuardedResponse): Record<string, unknown> | undefined {
  try {
    const value: unknown = response.json();
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const NAME = /^[\p{L}\p{N}_.-]{1,32}$/u;
const ID = /^[\w:.-]{1,100}$/;
/** The form that local accounts have on originChats' wire: no other account may look like one. */
const LOCAL = /^usr:local_/i;

/** An account as the service names it. Its id gets the prefix that such ids have, so that it is never taken for an id made here. */
function accountOf(answer: Record<string, unknown>): { id: string; name: string } | undefined {
  const given = typeof answer["id"] === "number" ? String(answer["id"]) : answer["id"];
  const name = answer["username"];
  if (typeof given !== "string" || typeof name !== "string" || !ID.test(given) || !NAME.test(name)) return undefined;
  const id = given.startsWith("USR:") ? given : `USR:${given}`;
  return LOCAL.test(given) || LOCAL.test(id) ? undefined : { id, name };
}
