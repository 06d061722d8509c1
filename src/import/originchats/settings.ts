import { type Settings, SettingsSchema } from "../../config/schema.ts";
import { describeSettings, type Key } from "../../config/settings-tree.ts";
import type { Folder } from "./folder.ts";
import type { Tally } from "./report.ts";
import { isRaw, type Raw, textOf } from "./values.ts";

/** What only the old program's own machine was about; the service that confirmed accounts in 2025 is gone. */
const NOT_TAKEN = new Set(["websocket.host", "rotur.validate_url"]);

const at = (root: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((value, name) => (isRaw(value) && Object.hasOwn(value, name) ? value[name] : undefined), root);

const nested = (path: string, value: unknown): Raw =>
  path.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Raw;

/** What the old server was set to and this one is not, by key path: both name their settings alike (reference/originchats.md §6). */
export async function settingsOf(folder: Folder, here: Settings, tally: Tally): Promise<Record<string, unknown>> {
  const found = await folder.settings();
  // What a server without the key did (reference/originchats.md §6); the default here is another.
  const config = Object.keys(found).length ? { auth_mode: "rotur", ...found } : found;
  const assets = await folder.files("serverAssets");
  const different: Record<string, unknown> = {};
  for (const { path, default: standard } of describeSettings() as Key[]) {
    const value = at(config, path);
    if (value === undefined || value === null || NOT_TAKEN.has(path)) continue;
    tally.count("settings", "read");
    const isFile = (path === "server.icon" || path === "server.banner") && assets.has(textOf(value, 300) ?? "");
    if (isFile) {
      tally.count("settings", "written");
      continue;
    }
    if (!SettingsSchema.safeParse(nested(path, value)).success) {
      tally.skip(
        "settings",
        "config.json",
        undefined,
        `${path} is ${JSON.stringify(value)?.slice(0, 80)}, which is not allowed here (${JSON.stringify(standard)} is the default)`,
      );
      continue;
    }
    if (JSON.stringify(at(here, path)) === JSON.stringify(value)) tally.count("settings", "present");
    else {
      different[path] = value;
      tally.count("settings", "skipped");
    }
  }
  return different;
}

/** The base address under which a server with these settings is reached. */
export function originOf({ server, websocket }: Raw): string {
  const url = isRaw(server) ? (textOf(server["url"], 2000) ?? "") : "";
  const address = url
    .trim()
    .replace(/^ws(s?):/, "http$1:")
    .replace(/\/+$/, "");
  if (address !== "") return /^\w+:\/\//.test(address) ? address : `https://${address}`;
  const port = isRaw(websocket) && typeof websocket["port"] === "number" ? websocket["port"] : 5613;
  return `http://127.0.0.1:${port}`;
}
