import { z } from "zod";
import { reloadPlugins } from "../../domain/plugins/change-plugin.ts";
import { listPlugins } from "../../domain/plugins/list-plugins.ts";
import { binding } from "../wire.ts";

/** Those that run, under their names (reference/originchats.md §2.14). */
const pluginsList = binding({
  name: "plugins_list",
  operation: listPlugins,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ plugins }) => ({
    cmd: "plugins_list",
    plugins: Object.fromEntries(
      plugins
        .filter(({ state }) => state === "running")
        .map(({ name, description, handles }) => [name, { name, description, handles }]),
    ),
  }),
});

const pluginsReload = binding({
  name: "plugins_reload",
  operation: reloadPlugins,
  request: () => z.looseObject({ plugin: z.string().max(200).nullish() }),
  toInput: ({ plugin }) => (plugin ? { name: plugin } : {}),
  toReply: (_, { plugin }) => ({
    cmd: "plugins_reload",
    val: plugin ? `Plugin '${plugin}' reloaded successfully` : "All plugins reloaded successfully",
  }),
});

export const bindings = [pluginsList, pluginsReload] as const;
