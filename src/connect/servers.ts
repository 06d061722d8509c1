import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A server somebody connected to. Never a password. */
export interface KnownServer {
  readonly url: string;
  /** The name they sign in with there. */
  readonly name: string;
  /** The certificates that it is checked against, in PEM form; else the system's authorities. */
  readonly ca?: string | undefined;
  /** A file with the password. */
  readonly passwordFile?: string | undefined;
}
const MOST_SERVERS = 100;

const isServer = (one: unknown): one is KnownServer => {
  const { url, name, ca, passwordFile } = (one ?? {}) as Record<keyof KnownServer, unknown>;
  const text = (value: unknown) => value === undefined || typeof value === "string";
  return typeof url === "string" && typeof name === "string" && text(ca) && text(passwordFile);
};

/** Most recent first; empty where there is no such file or it is not readable as one. */
export function knownServers(file: string): readonly KnownServer[] {
  try {
    const found = JSON.parse(readFileSync(file, "utf8")) as { servers?: unknown };
    return (Array.isArray(found.servers) ? (found.servers as unknown[]) : []).filter(isServer);
  } catch {
    return [];
  }
}

/** Puts a server first in the list; the file is its owner's alone (0600). */
export function rememberServer(file: string, server: KnownServer): void {
  const others = knownServers(file).filter(({ url, name }) => url !== server.url || name !== server.name);
  keep(file, [server, ...others]);
}
/** Takes a server out of the list, under every name; gives how many names there were. */
export function forgetServer(file: string, gone: string): number {
  const known = knownServers(file);
  const others = known.filter(({ url }) => url !== gone);
  if (others.length < known.length) keep(file, others);
  return known.length - others.length;
}
function keep(file: string, servers: readonly KnownServer[]): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const next = `${file}.${process.pid}.tmp`;
  writeFileSync(next, `${JSON.stringify({ servers: servers.slice(0, MOST_SERVERS) }, null, 2)}\n`, { mode: 0o600 });
  chmodSync(next, 0o600);
  renameSync(next, file);
}

/**
 * `wss://` unless said otherwise or the host is this machine.
 * @param certified whether the server's certificate is known: then this machine is reached with it too.
 * @throws {RangeError} with a sentence.
 */
export function serverUrl(given: string, certified = false): string {
  const schemed = /^[a-z]+:\/\//i.test(given) ? given : `wss://${given}`;
  if (!URL.canParse(schemed)) throw new RangeError(`${JSON.stringify(given)} is no address of a server.`);
  const url = new URL(schemed);
  if (url.protocol === "https:") url.protocol = "wss:";
  if (url.protocol === "http:") url.protocol = "ws:";
  if (schemed !== given && !certified && isHere(url.hostname)) url.protocol = "ws:";
  if (!/^wss?:$/.test(url.protocol) || url.username || url.password)
    throw new RangeError(
      `${JSON.stringify(given)} is no address of a server: give it like wss://chat.example.org, without a name or password.`,
    );
  return url.href.replace(/\/$/, "");
}
/** Whether an address is on this machine, so that nobody listens in between. */
export const isHere = (hostname: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
