import type { Settings } from "./schema.ts";
import { describeSettings } from "./settings-tree.ts";

/** Keys that are read once, at the start. */
const READ_AT_START =
  /^(websocket|tls|database|metrics|voice)\.|^tcp\.(enabled|host|port|tls|max_connections|max_connections_per_ip|idle_minutes|outbound_buffer_bytes)|^log\.format$|^attachments\.(max_size|disk_reserve)$|^rotur\.(validate|profile)_url$|^tokens\.(enabled|config|listen|host|port|socket|allowed_addresses|max_connections|idle_seconds|outbound)/;

/** The paths of the keys that differ: those that are in force at once, and those that wait for a restart. */
export function changedSettings(before: Settings, after: Settings): { live: string[]; later: string[] } {
  const at = (settings: Settings, path: string): string =>
    JSON.stringify(path.split(".").reduce((value: any, part) => value[part], settings)) ?? "";
  const changed = describeSettings()
    .map(({ path }) => path)
    .filter((path) => at(before, path) !== at(after, path));
  return {
    live: changed.filter((path) => !READ_AT_START.test(path)),
    later: changed.filter((path) => READ_AT_START.test(path)),
  };
}
