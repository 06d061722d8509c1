import { checked } from "../../kernel/checked.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Log } from "../../kernel/log.ts";
import type { Actor } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { jwtToken } from "./requests.ts";
import { sentence } from "./sentences.ts";

/** One answer (reference/chat-admin-server.md, “Protocol”). `time` is in seconds since the epoch; `seq` is the request's own. */
export interface Answer {
  readonly success: boolean;
  readonly message: string;
  readonly token: string;
  readonly time: number;
  readonly seq?: unknown;
}

/** Answers requests for tokens, whichever way they come in. Every request gets an answer. */
export class TokenDesk {
  constructor(
    private readonly kernel: Kernel,
    private readonly community: string,
    private readonly log: Log,
  ) {}

  /** @param address whose requests are counted, and named in the log of acts */
  async answer(request: Uint8Array, address: string): Promise<Answer> {
    const { world } = this.kernel;
    let seq: { readonly seq?: unknown } = {};
    try {
      const perMinute = world.settings.tokens.requests_per_minute;
      world.pace.take(`tokens ${address}`, { burst: Math.ceil(perMinute / 4), perMinute }, "tokens.requests");
      const asked = parsed(request);
      if ("seq" in asked) seq = { seq: asked["seq"] };
      this.#checkAuth(asked["auth"]);
      const form = checked(jwtToken.request, asked);
      if (!form.success) return { ...this.no(form.flaws[0]!.message), ...seq };
      const output = await this.kernel.invoke(jwtToken.operation, this.#actor(address), jwtToken.toInput(form.data));
      return {
        ...(jwtToken.toReply(output, form.data) as Pick<Answer, "success" | "message" | "token">),
        time: this.#time(),
        ...seq,
      };
    } catch (why) {
      return { ...this.no(this.#said(why)), ...seq };
    }
  }

  /** An answer that refuses. */
  no(message: string): Answer {
    return { success: false, message, token: "", time: this.#time() };
  }

  #said(why: unknown): string {
    if (why instanceof Unreadable) return why.message;
    if (why instanceof Refusal) {
      if (why.facts["problem"]) this.log.error("token.refused", { reason: why.reason, problem: why.facts["problem"] });
      return sentence(why);
    }
    const incident = this.kernel.world.id();
    this.log.error("request.failed", { wire: "tokens", incident, error: why });
    return `Internal error (incident ${incident})`;
  }

  #checkAuth(given: unknown): void {
    const wanted = this.kernel.world.settings.tokens.shared_secret;
    if (wanted === "") return;
    // Digests are compared: how long that takes tells nothing of the secret.
    if (typeof given !== "string" || digest(given) !== digest(wanted)) throw new Unreadable("auth is missing or wrong");
  }

  #actor(address: string): Actor {
    const granted = { permissions: ["manage_server"], roles: [] };
    return { kind: "plugin", id: "plugin:tokens", name: `tokens ${address}`, community: this.community, address, granted };
  }

  #time(): number {
    return Math.floor(this.kernel.world.now() / 1000);
  }
}

/** What is no request at all; the message is the answer. */
class Unreadable extends Error {}

const digest = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");

function parsed(request: Uint8Array): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(request);
  } catch {
    throw new Unreadable("The request is not valid UTF-8");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Unreadable("The request is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Unreadable("The request must be one JSON object");
  return value as Record<string, unknown>;
}
