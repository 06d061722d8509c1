import { z } from "zod";
import { type Ask, operation } from "../../kernel/operation.ts";
import { permitted } from "../users/access.ts";
import { Installed, PluginView, Rights } from "./plugin.ts";
import { pluginRuntime } from "./runtime.ts";
import { pluginRows } from "./statements.ts";

export const listPlugins = operation({
  name: "plugin.list",
  summary: "The plugins there are, which of them run, and what they may do.",
  input: () => z.object({}),
  output: () => z.object({ plugins: z.array(PluginView) }),
  access: { by: permitted("manage_server") },
  run: async (call) => ({ plugins: await viewPlugins(call) }),
});

/** What was installed, as it stands in a row. */
export const installedIn = (text: string | null): Installed | undefined =>
  text === null ? undefined : Installed.parse(JSON.parse(text));

/** Bundled and installed ones by name; where nothing runs, those on record. */
export async function viewPlugins(ask: Ask<unknown>): Promise<PluginView[]> {
  const runtime = ask.cell(pluginRuntime).current;
  const known = new Map((runtime?.known() ?? []).map((one) => [one.name, one]));
  const rows = new Map((await ask.store.all(pluginRows, {})).map((row) => [row.name, row]));
  return [...new Set([...known.keys(), ...rows.keys()])].toSorted().map((name) => {
    const running = known.get(name);
    const row = rows.get(name);
    const installed = installedIn(row?.installed ?? null);
    const enabled = row ? row.enabled === 1 : (running?.enabledByDefault ?? false);
    return {
      name,
      version: installed?.version ?? running?.version ?? "",
      description: installed?.description ?? running?.description ?? "",
      source: installed?.spec ?? "bundled",
      linked: installed?.linked ?? false,
      hash: installed?.hash ?? null,
      enabled,
      state: runtime?.asleep === false ? (running?.state ?? "off") : enabled ? "asleep" : "off",
      reason: running?.reason ?? null,
      rights: installed?.rights ?? running?.rights ?? Rights.parse({}),
      handles: [...(running?.handles ?? [])],
    };
  });
}
