import { join } from "node:path";
import { Resolver } from "node:dns/promises";
import { generateKey, issueCertificate } from "../../../src/net/self-signed.ts";
import { freePort } from "./free-port.ts";

/** Debian's package `pebble`: a directory by RFC 8555 for tests, and a name server that says what it is told. */
export const hasPebble = Bun.which("pebble") !== null && Bun.which("pebble-challtestsrv") !== null;

const AT = "127.0.0.1";

export interface Pebble extends AsyncDisposable {
  readonly url: string;
  /** PEM file: who is to be trusted when talking to the directory. */
  readonly ca: string;
  /** PEM: who is to be trusted when shown one of its certificates. */
  root(): Promise<string>;
  /** The port on which it asks for challenges. */
  readonly httpPort: number;
  /** Gives a name an address; without one it does not exist. */
  lead(name: string, address: string): Promise<void>;
}

/** @param rejected Of a hundred good nonces, how many it refuses. */
export async function startPebble(folder: string, { rejected = 0, lifetimeSeconds = 3600 } = {}): Promise<Pebble> {
  await using started = new AsyncDisposableStack();
  const [directory, management, dns, names, httpPort, tlsPort] = [0, 1, 2, 3, 4, 5].map(freePort) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const key = await generateKey();
  const ca = join(folder, "pebble.pem");
  await Bun.write(ca, await issueCertificate(key, { required: ["localhost", AT], alsoNow: [] }, Date.now()));
  await Bun.write(join(folder, "pebble.key.pem"), key);
  const pebble = {
    listenAddress: `${AT}:${directory}`,
    managementListenAddress: `${AT}:${management}`,
    certificate: ca,
    privateKey: join(folder, "pebble.key.pem"),
    httpPort,
    tlsPort,
    certificateValidityPeriod: lifetimeSeconds,
  };
  await Bun.write(join(folder, "pebble.json"), JSON.stringify({ pebble }));
  const run = async (command: string[], env: Record<string, string>, ready: string) => {
    const child = Bun.spawn(command, { env: { ...process.env, ...env }, stdout: "pipe", stderr: "ignore" });
    started.defer(async () => {
      child.kill();
      await child.exited;
    });
    let heard = "";
    const output = child.stdout.getReader();
    const decoder = new TextDecoder();
    while (!heard.includes(ready)) {
      const { done, value } = await output.read();
      if (done) throw new Error(`${command[0]} ended: ${heard}`);
      heard += decoder.decode(value);
    }
    // Whoever does not read on stops the other.
    void (async () => {
      while (!(await output.read()).done);
    })();
  };
  const off = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv4", "", "-defaultIPv6", ""];
  await run(
    ["pebble-challtestsrv", "-dns01", `${AT}:${dns}`, "-management", `${AT}:${names}`, ...off],
    {},
    "Starting management server",
  );
  await run(
    ["pebble", "-config", join(folder, "pebble.json"), "-dnsserver", `${AT}:${dns}`],
    { PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: String(rejected), PEBBLE_AUTHZREUSE: "0" },
    "ACME directory available",
  );
  const resolver = new Resolver({ timeout: 5000, tries: 4 });
  resolver.setServers([`${AT}:${dns}`]);
  const lead = async (name: string, address: string) => {
    const told = await fetch(`http://${AT}:${names}/add-a`, {
      method: "POST",
      body: JSON.stringify({ host: `${name}.`, addresses: [address] }),
    });
    if (!told.ok || (await resolver.resolve4(name)).join() !== address) throw new Error(`${name} does not lead to ${address}`);
  };
  const all = started.move();
  return {
    url: `https://${AT}:${directory}/dir`,
    ca,
    httpPort,
    root: async () => (await fetch(`https://${AT}:${management}/roots/0`, { tls: { ca: await Bun.file(ca).text() } })).text(),
    lead,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
