import { z } from "zod";
import { eventType } from "../../kernel/event.ts";

/** Names of plugins are parts of operations' names and of paths: small letters, digits, single hyphens. */
export const PluginName = z
  .string()
  .max(40)
  .regex(/^[a-z]([a-z0-9]|-(?=[a-z0-9])){1,39}$/, "plugin.name");

const Names = z.array(z.string().min(1).max(100)).max(100);

/** What a plugin may do, as its manifest asks and the operator has agreed to (ARCHITECTURE §3.5). */
export const Rights = z.lazy(() =>
  z.strictObject({
    /** Operations it may call, and stand before and after: `message.send`, or `message.*`. */
    operations: Names.default([]),
    /** Events it may hear. */
    events: Names.default([]),
    /** Hosts it may reach, `api.example.org` or `*.example.org`, with `:port` for only that one. */
    hosts: Names.default([]),
    /** Bytes it may keep in its store. */
    storage: z.number().int().min(0).max(1_073_741_824).default(0),
    /** Permissions of its own role. */
    permissions: Names.default([]),
    /** Roles of the community that it holds besides. */
    roles: Names.default([]),
  }),
);
export type Rights = z.output<typeof Rights>;

/** What was installed, so that exactly that runs: nothing else starts. */
export const Installed = z.lazy(() =>
  z.object({
    /** As it was asked for: a package's name, a folder, a git address, a file. */
    spec: z.string().min(1).max(1000),
    version: z.string().max(100),
    description: z.string().max(500),
    /** The package within the plugin's folder, relative; or, for one that is worked on, its own folder. */
    root: z.string().min(1).max(1000),
    /** Worked on where it lies: its files may change. */
    linked: z.boolean(),
    /** The registry's integrity of the package, where it has one. */
    integrity: z.string().max(300).nullable(),
    /** SHA-256 of all its files, in hexadecimal; null where it is linked. */
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
    rights: Rights,
  }),
);
export type Installed = z.output<typeof Installed>;

/** Options as their plugin understands them: names to JSON, bounded as a whole. */
export const Options = z
  .record(z.string().max(100), z.unknown())
  .refine((options) => Object.keys(options).length <= 200, "plugin.options-size")
  .refine((options) => JSON.stringify(options).length <= 65_536, "plugin.options-size");

/** `running`; `off` when nobody enabled it; `stopped` when it failed too often or could not start; `asleep` where no server runs. */
const STATES = ["running", "off", "stopped", "asleep"] as const;

export const PluginView = z.lazy(() =>
  z.object({
    name: z.string(),
    version: z.string(),
    description: z.string(),
    /** `bundled`, or as it was asked for when it was installed. */
    source: z.string(),
    linked: z.boolean(),
    hash: z.string().nullable(),
    enabled: z.boolean(),
    state: z.enum(STATES),
    /** Why it is stopped. */
    reason: z.string().nullable(),
    rights: Rights,
    /** Operations and events that it listens to. */
    handles: z.array(z.string()),
  }),
);
export type PluginView = z.output<typeof PluginView>;

export const pluginStarted = eventType({
  name: "plugin.started",
  summary: "A plugin was started or loaded anew.",
  data: () => z.object({ name: z.string(), version: z.string() }),
  durable: false,
});
export const pluginStopped = eventType({
  name: "plugin.stopped",
  summary: "A plugin was stopped: by an operator, or because it failed.",
  data: () => z.object({ name: z.string(), failed: z.boolean(), reason: z.string() }),
  durable: false,
});
