import { z } from "zod";
import { type Call, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { type ModlogAction, recordAct } from "../moderation/modlog.ts";
import { byConsole, permitted } from "../users/access.ts";
import { viewPlugins } from "./list-plugins.ts";
import { Installed, Options, PluginName, PluginView } from "./plugin.ts";
import { pluginRuntime } from "./runtime.ts";
import { dropPlugin, dropStoreOf, dropTurnsOf, pluginByName, type PluginRow, putPlugin } from "./statements.ts";

const output = () => z.object({ plugin: PluginView });
const Named = () => z.object({ name: PluginName });

/** The plugin as it is after a change, brought to it. */
async function applied(call: Call<unknown, unknown>, name: string): Promise<{ plugin: PluginView }> {
  await call.cell(pluginRuntime).current?.apply(name);
  return { plugin: await viewed(call, name) };
}

async function viewed(call: Call<unknown, unknown>, name: string): Promise<PluginView> {
  const plugin = (await viewPlugins(call)).find((one) => one.name === name);
  if (!plugin) throw new Refusal("not-found", "plugin", { plugin: name });
  return plugin;
}

const fresh = (name: string, enabled: boolean): PluginRow => ({ name, enabled: Number(enabled), installed: null, options: "{}" });

/** Writes the changed row with its entry in the log of acts. */
async function change(call: Call<unknown, unknown>, action: ModlogAction, row: PluginRow, details = {}): Promise<void> {
  const batch = new Batch().add(putPlugin, { ...row, at: call.now() });
  recordAct(batch, call, { action, target: { id: row.name, name: row.name }, details });
  await call.store.commit(batch);
}

const switched = (name: string, summary: string, action: ModlogAction, enabled: boolean) =>
  operation({
    name,
    summary,
    input: Named,
    output,
    access: { by: permitted("manage_server") },
    async run(call) {
      const { name: plugin } = call.input;
      const before = await viewed(call, plugin);
      const row = (await call.store.one(pluginByName, { name: plugin })) ?? fresh(plugin, before.enabled);
      if (before.enabled !== enabled) await change(call, action, { ...row, enabled: Number(enabled) });
      return applied(call, plugin);
    },
  });

export const enablePlugin = switched("plugin.enable", "Let a plugin run.", "plugin_enable", true);
export const disablePlugin = switched("plugin.disable", "Stop a plugin and let it not start again.", "plugin_disable", false);

export const reloadPlugins = operation({
  name: "plugin.reload",
  summary: "Withdraw a plugin, or all of them, and load it anew. Nobody is disconnected.",
  input: () => z.object({ name: PluginName.optional() }),
  output: () => z.object({ plugins: z.array(PluginView) }),
  access: { by: permitted("manage_server") },
  async run(call) {
    const { name } = call.input;
    const runtime = call.cell(pluginRuntime).current;
    if (!runtime || runtime.asleep) throw new Refusal("unavailable", "plugin.asleep");
    if (name) await viewed(call, name);
    await runtime.apply(name);
    const plugins = await viewPlugins(call);
    const broken = name && plugins.find((one) => one.name === name && one.state === "stopped");
    if (broken) throw new Refusal("unavailable", "plugin.broken", { plugin: name, why: broken.reason });
    return { plugins: name ? plugins.filter((one) => one.name === name) : plugins };
  },
});

export const configurePlugin = operation({
  name: "plugin.configure",
  summary: "Set options of a plugin; null takes one back to its default. What config.json5 says goes before.",
  input: () => z.object({ name: PluginName, options: Options }),
  output,
  access: { by: byConsole() },
  async run(call) {
    const { name, options } = call.input;
    const before = await viewed(call, name);
    const row = (await call.store.one(pluginByName, { name })) ?? fresh(name, before.enabled);
    const merged = { ...(JSON.parse(row.options) as object), ...options };
    const kept = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
    if (!Options.safeParse(kept).success) throw new Refusal("too-large", "plugin.options-size");
    await change(call, "plugin_configure", { ...row, options: JSON.stringify(kept) }, { options: Object.keys(options) });
    return applied(call, name);
  },
});

export const installPlugin = operation({
  name: "plugin.install",
  summary: "Take down what was installed, with the rights that the operator agreed to, and let it run.",
  input: () => z.object({ name: PluginName, installed: Installed }),
  output,
  access: { by: byConsole() },
  async run(call) {
    const { name, installed } = call.input;
    if ((await viewPlugins(call)).some((one) => one.name === name && one.source === "bundled"))
      throw new Refusal("conflict", "plugin.bundled", { plugin: name });
    const row = (await call.store.one(pluginByName, { name })) ?? fresh(name, true);
    const { spec, version, hash } = installed;
    await change(
      call,
      "plugin_install",
      { ...row, enabled: 1, installed: JSON.stringify(installed) },
      { spec, version, ...(hash && { hash }) },
    );
    return applied(call, name);
  },
});

export const removePlugin = operation({
  name: "plugin.remove",
  summary: "Stop an installed plugin and forget it, what it kept included.",
  input: Named,
  output: () => z.object({ installed: Installed }),
  access: { by: byConsole() },
  async run(call) {
    const { name } = call.input;
    const row = await call.store.one(pluginByName, { name });
    if (!row?.installed) {
      const { source } = await viewed(call, name);
      throw source === "bundled"
        ? new Refusal("conflict", "plugin.bundled", { plugin: name })
        : new Refusal("not-found", "plugin", { plugin: name });
    }
    const installed = Installed.parse(JSON.parse(row.installed));
    const batch = new Batch().require(dropPlugin, { name }).add(dropStoreOf, { plugin: name }).add(dropTurnsOf, { plugin: name });
    recordAct(batch, call, { action: "plugin_remove", target: { id: name, name }, details: { version: installed.version } });
    await call.store.commit(batch);
    await call.cell(pluginRuntime).current?.apply(name);
    return { installed };
  },
});
