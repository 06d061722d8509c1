// Written by scripts/generate.ts (`npm run generate`).
/** What a plugin of chat may import. `chat docs plugins` explains it. */
declare module "chat/plugin" {
  export { z } from "zod";
  import type { z } from "zod";

  /** Somebody, as plugins see them. */
  export interface Caller {
    readonly kind: "user" | "console" | "plugin" | "anonymous";
    readonly id: string;
    readonly name: string;
  }

  /** A call of an operation that a plugin stands before. */
  export interface Asked {
    readonly operation: string;
    readonly actor: Caller;
    /** As the operation understood it: complete, with its defaults. */
    readonly input: any;
    /** Calls an operation with the rights of whoever made this call, and only while it is handled. @throws a refusal */
    call(operation: string, input: unknown): Promise<any>;
  }
  export interface Done extends Asked {
    readonly output: any;
  }

  /** Something that has happened. */
  export interface Heard {
    readonly type: string;
    /** Milliseconds since the epoch. */
    readonly at: number;
    /** The id of whoever did it. */
    readonly actor: string;
    readonly data: any;
  }

  export interface SlashOption {
    readonly name: string;
    readonly description: string;
    readonly type?: "str" | "int" | "float" | "bool" | "enum";
    readonly choices?: readonly string[];
    /** Default: true. */
    readonly required?: boolean;
  }
  export interface SlashCall {
    readonly channel: string;
    readonly actor: Caller;
    /** By option name, as texts. */
    readonly args: Readonly<Record<string, string>>;
    call(operation: string, input: unknown): Promise<any>;
  }
  export interface SlashCommand {
    readonly name: string;
    readonly description: string;
    readonly options?: readonly SlashOption[];
    /** Only the caller reads the answer. */
    readonly ephemeral?: boolean;
    /** Names of roles of which the caller needs one; names of roles that keep from calling. */
    readonly whitelistRoles?: readonly string[];
    readonly blacklistRoles?: readonly string[];
    /** Gives the answer, which everybody in the channel reads unless it is ephemeral. A refusal reaches only the caller. */
    run(call: SlashCall): string | Promise<string>;
  }

  export interface PluginOperation {
    /** Last part of the name: `plugin.<plugin>.<verb>`. */
    readonly verb: string;
    readonly summary: string;
    readonly input?: z.ZodType;
    /** The permission it needs; default `manage_server`, `null` for any member. */
    readonly needs?: string | null;
    run(call: Asked): unknown;
  }

  export interface FetchRequest {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    /** Milliseconds, at most and by default 10,000. */
    readonly timeoutMs?: number;
  }
  export interface Fetched {
    readonly status: number;
    /** Names in small letters. */
    readonly headers: Readonly<Record<string, string>>;
    /** At most 1 MiB. */
    readonly body: string;
  }

  /** A WebSocket to a host of the manifest. */
  export interface Line {
    send(text: string): void;
    close(): void;
  }
  export interface LineHandlers {
    opened?(): void;
    message(text: string): void;
    /** Also when it never opened. */
    closed(code: number, reason: string): void;
  }

  /** Takes back one registration. Unloading a plugin takes back all. */
  export type Undo = () => void;

  /**
   * What a plugin gets. Every registration is withdrawn when the plugin is unloaded. Every handler has five seconds (by the clock: a minute) and its own catch: one that
   * fails or is late is passed over; one that fails three times in a row stops the plugin. The plugin does not hear its own acts.
   *
   * What it calls and hooks must be in its manifest; anything else throws.
   */
  export interface Host<Options = unknown> {
    readonly name: string;
    readonly options: Options;
    /** Stands before an operation: gives another input (checked again), nothing to leave it as it is, or refuses. Higher priority first, then by name. */
    before(operation: string, handle: (call: Asked) => unknown, order?: { readonly priority?: number }): Undo;
    /** Hears of a call that succeeded. Nobody waits for it. */
    after(operation: string, handle: (call: Done) => unknown): Undo;
    on(event: string, handle: (event: Heard) => unknown): Undo;
    slash(command: SlashCommand): Undo;
    operation(definition: PluginOperation): Undo;
    /** `30s`, `5m`, `1h`. `each`: in every process of the server; `once`: in one of them. Default: `once`. */
    every(interval: string, handle: () => unknown, where?: { readonly where?: "each" | "once" }): Undo;
    /** Calls an operation as the plugin itself. @throws a refusal, whose `reason` names it */
    call(operation: string, input: unknown): Promise<any>;
    readonly store: {
      get(key: string): Promise<any>;
      set(key: string, value: unknown): Promise<void>;
      delete(key: string): Promise<void>;
      /** In order, at most a thousand. */
      keys(from?: string): Promise<string[]>;
    };
    readonly log: Readonly<
      Record<"debug" | "info" | "warn" | "error", (event: string, fields?: Readonly<Record<string, unknown>>) => void>
    >;
    fetch(url: string, request?: FetchRequest): Promise<Fetched>;
    /** Opens a WebSocket. What arrives before `start` has returned waits. */
    connect(url: string, handlers: LineHandlers): Line;
    readonly clock: { now(): number };
    /** Refuses a call with a sentence for the person who made it. */
    refuse(sentence: string): never;
  }

  /** What a plugin's file exports as its default. */
  export interface Plugin<Schema extends z.ZodType = z.ZodType> {
    /** Small letters, digits, hyphens. */
    readonly name: string;
    readonly version: string;
    readonly description?: string;
    readonly options: Schema;
    /** Registers everything. When it throws or takes more than ten seconds, the plugin does not run. */
    start(host: Host<z.output<Schema>>): void | Promise<void>;
  }
  /** Gives a plugin's definition its types: `export default plugin({ … })`. */
  export function plugin<Schema extends z.ZodType>(definition: Plugin<Schema>): Plugin<Schema>;
}
