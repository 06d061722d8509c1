import { configurePlugin, disablePlugin, enablePlugin, installPlugin, reloadPlugins, removePlugin } from "./change-plugin.ts";
import { listPlugins } from "./list-plugins.ts";
import { pluginStarted, pluginStopped } from "./plugin.ts";
import { dropStoredValue, getStored, listStoredKeys, putStoredValue, takePluginTurn } from "./plugin-store.ts";
import { reportStarted, reportStopped, showOwnPlugin } from "./report-plugin.ts";

export const operations = [
  listPlugins,
  enablePlugin,
  disablePlugin,
  reloadPlugins,
  configurePlugin,
  installPlugin,
  removePlugin,
  showOwnPlugin,
  reportStarted,
  reportStopped,
  getStored,
  putStoredValue,
  dropStoredValue,
  listStoredKeys,
  takePluginTurn,
] as const;
export const events = [pluginStarted, pluginStopped] as const;
