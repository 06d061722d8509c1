import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { byPlugin } from "./access.ts";
import { installedIn } from "./list-plugins.ts";
import { Installed, pluginStarted, pluginStopped } from "./plugin.ts";
import { pluginByName } from "./statements.ts";

const Nothing = () => z.object({});

export const showOwnPlugin = operation({
  name: "plugin.show-own",
  summary: "What is on record about the plugin that asks: whether it may run, its options, what was installed.",
  input: Nothing,
  output: () =>
    z.object({
      enabled: z.boolean().nullable(),
      options: z.record(z.string(), z.unknown()),
      installed: Installed.nullable(),
    }),
  access: { self: byPlugin() },
  async run({ store, access }) {
    const row = await store.one(pluginByName, { name: access.self });
    return {
      enabled: row ? row.enabled === 1 : null,
      options: JSON.parse(row?.options ?? "{}") as Record<string, unknown>,
      installed: installedIn(row?.installed ?? null) ?? null,
    };
  },
});

export const reportStarted = operation({
  name: "plugin.report-started",
  summary: "A plugin says that it has started.",
  input: () => z.object({ version: z.string().max(100) }),
  output: Nothing,
  access: { self: byPlugin() },
  async run(call) {
    call.announce(pluginStarted, { operators: true }, { name: call.access.self, version: call.input.version });
    return {};
  },
});

export const reportStopped = operation({
  name: "plugin.report-stopped",
  summary: "A plugin was stopped; where it failed, the log of acts says so.",
  input: () => z.object({ failed: z.boolean(), reason: z.string().max(1000) }),
  output: Nothing,
  access: { self: byPlugin() },
  async run(call) {
    const { access, input } = call;
    const stopped = { name: access.self, ...input };
    if (!input.failed) {
      call.announce(pluginStopped, { operators: true }, stopped);
      return {};
    }
    const batch = new Batch();
    recordAct(batch, call, { action: "plugin_stop", target: { id: access.self, name: access.self }, reason: input.reason });
    call.emit(batch, pluginStopped, { operators: true }, stopped);
    await call.store.commit(batch);
    return {};
  },
});
