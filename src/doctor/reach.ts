import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";

import { isPublic, parseAddress } from "../net/address.ts";
import { type Finding, good, odd } from "./finding.ts";
import type { Patient } from "./patient.ts";

const PATIENCE_MS = 3000;
/** Hosts that only this machine reaches. */
export const LOOPBACK = /^(127\.|::1$|\[::1\]$|localhost$)/;

/** Whether others can come in at all, by which addresses, and what they risk; as far as this machine can tell. */
export async function examineReach(patient: Patient): Promise<Finding[]> {
  const { websocket, tls } = patient.settings;
  return [
    ...(websocket.enabled ? [webReach(patient)] : []),
    ...lineChatReach(patient),
    ...tokenReach(patient),
    seenAs(),
    ...(tls.mode === "acme" ? await Promise.all(tls.domains.map(leadsHere)) : []),
  ];
}

function webReach({ settings: { websocket, tls } }: Patient): Finding {
  if (LOOPBACK.test(websocket.host))
    return good("reach", "Only this machine can connect: for a reverse proxy here that is right, for others use --host 0.0.0.0.");
  if (tls.mode === "off" && websocket.trusted_proxies.length === 0)
    return odd(
      "reach",
      "Others can connect without encryption: passwords can be read on the way, and browsers give no microphone.",
      "Use --domain, --tls self or --tls files, or a reverse proxy (websocket.trusted_proxies).",
    );
  return good("reach", "Others can connect where no firewall is in between.");
}

function lineChatReach({ settings: { tcp } }: Patient): Finding[] {
  if (!tcp.enabled || LOOPBACK.test(tcp.host)) return [];
  return [
    odd(
      "line chat reach",
      `Others can connect without encryption on port ${tcp.port}: passwords can be read on the way.`,
      "Listen on 127.0.0.1 (tcp.host), or let people use tcp.tls and close that port in the firewall.",
    ),
  ];
}

function tokenReach({ settings: { tokens } }: Patient): Finding[] {
  if (!tokens.enabled || !tokens.listen || LOOPBACK.test(tokens.host) || tokens.shared_secret !== "") return [];
  return [
    odd(
      "token reach",
      "Whoever reaches the token port from tokens.allowed_addresses gets tokens.",
      "Set tokens.shared_secret, or listen on 127.0.0.1 (tokens.host).",
    ),
  ];
}

/** The addresses by which others can see this machine. */
export const outside = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
    .map(({ address }) => address);

function seenAs(): Finding {
  const all = outside();
  if (all.length === 0) return odd("addresses", "This machine has no address in a network.", "Connect it to one.");
  const open = all.filter((address) => isPublic(parseAddress(address)!));
  const few = (some: readonly string[]) => some.slice(0, 3).join(", ");
  return open.length
    ? good("addresses", `Others see this machine as ${few(open)}.`)
    : good(
        "addresses",
        `${few(all)}: private, so others in the same network see this machine. From outside they see its router, which has to pass on each port that they shall reach.`,
      );
}

async function leadsHere(name: string): Promise<Finding> {
  const about = `name ${name}`;
  const own = new Set(outside());
  try {
    const found = await Promise.race([lookup(name, { all: true }), after(PATIENCE_MS)]);
    const addresses = found.map(({ address }) => address);
    return addresses.some((address) => own.has(address))
      ? good(about, `It leads to ${addresses.join(", ")}, which is here.`)
      : good(about, `It leads to ${addresses.join(", ")}: the router there has to pass on port 80 and the web port.`);
  } catch (why) {
    const code = (why as { code?: string }).code;
    return odd(
      about,
      code === "ENOTFOUND" ? "It leads nowhere." : "It could not be looked up.",
      "Set an A or AAAA record with your DNS provider, or check this machine's own connection.",
    );
  }
}

const after = (ms: number): Promise<never> =>
  new Promise((_, failed) => AbortSignal.timeout(ms).addEventListener("abort", () => failed(new Error("no answer"))));
