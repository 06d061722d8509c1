import type { Rights } from "../domain/plugins/plugin.ts";
import type { RefusalCode } from "../kernel/refusal.ts";
import type { SlashCommand } from "./host.ts";

/** An error on its way between threads. */
export interface Told {
  readonly message: string;
  readonly refusal?:
    { readonly code: RefusalCode; readonly reason: string; readonly facts: Readonly<Record<string, unknown>> } | undefined;
}

/** What a plugin's own thread registers; `handler` is its name for the function. */
export type Registration =
  | { readonly kind: "before"; readonly operation: string; readonly priority: number }
  | { readonly kind: "after"; readonly operation: string }
  | { readonly kind: "on"; readonly event: string }
  | { readonly kind: "slash"; readonly command: Omit<SlashCommand, "run"> }
  | {
      readonly kind: "operation";
      readonly verb: string;
      readonly summary: string;
      readonly needs: string | null;
      readonly input: any;
    }
  | { readonly kind: "every"; readonly interval: string; readonly where: "each" | "once" }
  | { readonly kind: "connect"; readonly url: string };

/** From the server to the plugin's thread. */
export type ToPlugin =
  | { readonly say: "load"; readonly name: string; readonly entry: string; readonly rights: Rights; readonly options: unknown }
  /** A call of a handler. `ticket` names whoever asks, for calls on their behalf. */
  | { readonly say: "run"; readonly id: number; readonly handler: number; readonly ticket: number; readonly args: any }
  | { readonly say: "answer"; readonly id: number; readonly value?: unknown; readonly error?: Told | undefined }
  | { readonly say: "ping" };

/** From the plugin's thread to the server. */
export type FromPlugin =
  | { readonly say: "loaded" }
  | { readonly say: "failed"; readonly error: Told }
  | { readonly say: "register"; readonly handler: number; readonly what: Registration }
  | { readonly say: "withdraw"; readonly handler: number }
  | { readonly say: "ran"; readonly id: number; readonly value?: unknown; readonly error?: Told | undefined }
  /** A call of the host's; `ticket` for one on somebody's behalf. */
  | {
      readonly say: "ask";
      readonly id: number;
      readonly method: AskMethod;
      readonly args: readonly any[];
      readonly ticket?: number | undefined;
    }
  | { readonly say: "send"; readonly handler: number; readonly text: string }
  | { readonly say: "log"; readonly level: "debug" | "info" | "warn" | "error"; readonly event: string; readonly fields?: any }
  | { readonly say: "pong" };

export type AskMethod = "call" | "fetch" | "get" | "set" | "delete" | "keys";
