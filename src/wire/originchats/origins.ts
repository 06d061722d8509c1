import type { Settings } from "../../config/schema.ts";

/** Hosts that cannot be made to lead elsewhere: this machine, and addresses. */
const FIXED = /^(localhost|\d+(\.\d+){3}|\[[\da-f:.]+\])$/;

/**
 * Whether the page of an origin may connect: every page where the settings name none, else those that they name, and the one this server has itself (`/call`).
 * That one must have come by a name that is known to be this server's: a stranger's name can be made to lead here for long enough to look the same (DNS rebinding).
 * @param reached the base address that the handshake was sent to.
 */
export function mayConnect(origin: string, reached: string, { server, tls }: Pick<Settings, "server" | "tls">): boolean {
  const { allowed_origins: allowed } = server;
  if (allowed.length === 0 || allowed.includes(origin)) return true;
  if (origin !== reached) return false;
  const { hostname } = new URL(reached);
  return FIXED.test(hostname) || tls.domains.includes(hostname) || URL.parse(server.url)?.hostname === hostname;
}
