import type { z } from "zod";
import type { Settings } from "../config/schema.ts";
import type { GuardedFetch } from "../net/guarded-fetch.ts";
import type { WebPush } from "../net/web-push.ts";
import type { Rotur } from "../net/rotur.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Batch, Store } from "../storage/store.ts";
import type { Cell } from "./cell.ts";
import type { Audience, EventType } from "./event.ts";
import type { Randomness } from "./ids.ts";
import type { Forwarding } from "./media-relay.ts";
import { once } from "./once.ts";
import type { Pace, BucketRule, WindowRule } from "./pace.ts";
import type { Passwords } from "./passwords.ts";
import type { TokenSigner } from "./token-signer.ts";

/** Who asks. A session's user, the console (the socket file's permission is its right), a plugin, or somebody not signed in. */
export interface Actor {
  readonly kind: "user" | "console" | "plugin" | "anonymous";
  /** A user's id, `console`, `plugin:<name>`, or for the anonymous whom their address belongs to: they have limits in common. */
  readonly id: string;
  /** What the audit log calls them. */
  readonly name: string;
  readonly community: string;
  readonly session?: string | undefined;
  /** The client's address, for limits by address; never logged with content. */
  readonly address?: string | undefined;
  /** The base address by which this client reaches the server, `https://chat.example.org`; what it says itself. Addresses that are told to others are made of it only while no setting names ours. */
  readonly origin?: string | undefined;
  /** What a plugin may do as itself; the operator has agreed to it. */
  readonly granted?: Granted | undefined;
  /** The plugin that acts on this actor's behalf while it handles a call of theirs. */
  readonly via?: string | undefined;
}

/** Permissions of a plugin's own role, and roles of the community that it holds besides. */
export interface Granted {
  readonly permissions: readonly string[];
  readonly roles: readonly string[];
}

/** What the outside world lends an operation. Nothing in the domain reaches for a clock, an id or a socket by itself. */
export interface World {
  readonly store: Store;
  /** Bytes of files. */
  readonly blobs: Blobs;
  readonly settings: Settings;
  readonly now: () => number;
  readonly id: () => string;
  readonly random: Randomness;
  readonly passwords: Passwords;
  readonly tokens: TokenSigner;
  /** The one way out. */
  readonly fetch: GuardedFetch;
  /** Notifies browsers. */
  readonly webPush: WebPush;
  /** Absent where no accounts of a Rotur service are taken. */
  readonly rotur?: Rotur | undefined;
  /** Forwards the media of calls; absent where that is not done here. */
  readonly relay?: Forwarding | undefined;
  readonly pace: Pace;
  readonly cell: <T>(which: Cell<T>) => T;
}

export interface Ask<In> extends World {
  readonly actor: Actor;
  readonly input: In;
  /** Loads a thing once per call, however many access rules want it. */
  once<T>(key: string, load: () => Promise<T>): Promise<T>;
}

/** Loads a thing and proves the actor may use it; the operation receives the thing, so the check cannot be skipped. */
export interface Access<In, T> {
  /** The right it asks for, in words for the reference. */
  readonly needs: string;
  load(ask: Ask<In>): Promise<T>;
}

type Loaded<A> = { readonly [K in keyof A]: A[K] extends Access<any, infer T> ? T : never };

export interface Call<In, A> extends Ask<In> {
  readonly access: Loaded<A>;
  /** Writes an event into the batch and announces it when, and only when, the batch commits. */
  emit<D>(batch: Batch, type: EventType<string, D>, to: Audience, data: NoInfer<D>): void;
  /** Announces at once what is not worth writing down (typing, presence). */
  announce<D>(type: EventType<string, D>, to: Audience, data: NoInfer<D>): void;
}

export interface Operation<In extends z.ZodType = z.ZodType, Out extends z.ZodType = z.ZodType, A = any> {
  readonly name: string;
  readonly summary: string;
  readonly input: In;
  readonly output: Out;
  readonly access: A;
  /** Complaints about the input that need the settings; made before the pace is counted. */
  check?(ask: { readonly input: z.output<In>; readonly settings: Settings }): void;
  /** How often one actor may ask. Without it the kernel's general bucket applies. `window` names a budget several operations share. */
  readonly pace?: BucketRule | { readonly window: string; readonly rule: (settings: Settings) => WindowRule | undefined };
  run(call: Call<z.output<In>, A>): Promise<z.output<Out>>;
}

/**
 * Declares an operation. Its schemas are given as functions, and made when they are first wanted: while a server runs most inputs are never said
 * and no output is looked at, and each schema costs kilobytes.
 */
export function operation<In extends z.ZodType, Out extends z.ZodType, A extends Record<string, Access<z.output<In>, unknown>>>({
  input,
  output,
  ...rest
}: Omit<Operation<In, Out, A>, "input" | "output"> & {
  readonly input: () => In;
  readonly output: () => Out;
}): Operation<In, Out, A> {
  const [inputOnce, outputOnce] = [once(input), once(output)];
  return {
    ...rest,
    get input() {
      return inputOnce();
    },
    get output() {
      return outputOnce();
    },
  };
}

/** What the schema that a function makes lets through. */
export type Made<Make extends () => z.ZodType> = z.output<ReturnType<Make>>;
