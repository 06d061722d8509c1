import type { Rights } from "../domain/plugins/plugin.ts";
import { Refusal } from "../kernel/refusal.ts";

/** Through these pass passwords and codes, or they are the plugins' own machinery: not for plugins, whatever a manifest says. */
const NEVER =
  /^(account|guest|session|ownership|identity|invite|attendance|direct-message|plugin|plugin-store|plugin-turn)\.|^slash\.call$|^channel\.(enter|set-password)$/;

const matches = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => pattern === name || (pattern.endsWith(".*") && name.startsWith(pattern.slice(0, -1))));

/** A right that the manifest does not have. The message is for the plugin's author. */
export const lacking = (kind: string, name: string): Refusal =>
  new Refusal("forbidden", "plugin.rights", { sentence: `The manifest does not name the ${kind} ${name}.`, kind, name });

export function refuseOperation(rights: Rights, name: string): void {
  if (NEVER.test(name) || !matches(rights.operations, name)) throw lacking("operation", name);
}
export function refuseEvent(rights: Rights, name: string): void {
  if (NEVER.test(name) || !matches(rights.events, name)) throw lacking("event", name);
}

/** Whether an address is of a host that the manifest names: `api.example.org`, `*.example.org`, each with `:port` for only that one. */
export function refuseHost(rights: Rights, url: string, schemes: readonly string[]): URL {
  const parsed = URL.parse(url);
  if (!parsed || !schemes.includes(parsed.protocol) || parsed.username || parsed.password)
    throw lacking("host", "of that address");
  const port = parsed.port || (/^(https|wss):$/.test(parsed.protocol) ? "443" : "80");
  const allowed = rights.hosts.some((entry) => {
    const [, host = "", only] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (only !== undefined && only !== port) return false;
    return host.startsWith("*.") ? parsed.hostname.endsWith(host.slice(1)) : parsed.hostname === host;
  });
  if (!allowed) throw lacking("host", parsed.host);
  return parsed;
}

/** An address, or a name that no public name server answers for (RFC 6761, RFC 6762, RFC 8375). */
const OF_THIS_NETWORK = /^(\[[0-9a-f:.]+\]|\d+(\.\d+){3}|[^.*:]+|.*\.(local|localhost|internal|lan|home\.arpa))(:\d+)?$/i;

/**
 * The hosts among these that may be on this machine or network: whoever agreed to one knew it. A public name that leads there is not believed,
 * since its owner could have it lead anywhere later.
 */
export const hostsOfThisNetwork = ({ hosts }: Rights): string[] => hosts.filter((host) => OF_THIS_NETWORK.test(host));
