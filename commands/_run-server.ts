import { version } from "../package.json";
import { CommandError, EXIT } from "../src/cli/exit.ts";
import { HeldLog } from "../src/cli/held-log.ts";
import type { ServeFlags } from "../src/cli/serve-flags.ts";
import { systemUser } from "../src/cli/system-user.ts";
import { type DataFolder, dataFolder } from "../src/config/data-folder.ts";
import { ConfigError, environment } from "../src/config/load.ts";
import { type Server, serve } from "../src/serve.ts";

/** Flags that stand for settings, by the key they set. */
const SETTINGS = {
  host: "websocket.host",
  port: "websocket.port",
  tls: "tls.mode",
  cert: "tls.cert",
  key: "tls.key",
  domain: "tls.domains",
  "tcp-port": "tcp.port",
  "agree-tos": "tls.acme.agree_tos",
  "log-format": "log.format",
  "log-level": "log.level",
} as const;

/** Serves until the server ends, obeying signals. Throws what keeps it from starting. */
export async function runServer(flags: ServeFlags): Promise<void> {
  if (flags.dashboard && (!process.stdin.isTTY || !process.stdout.isTTY))
    throw new CommandError("--dashboard needs a terminal; serve without it.", EXIT.usage);
  // Whoever reads the greeting may leave after it.
  process.stdout.on("error", () => {});
  const env = environment();
  const user = systemUser(env);
  const settings = Object.fromEntries(Object.entries(SETTINGS).map(([flag, key]) => [key, flags[flag as keyof typeof SETTINGS]]));
  // Flags that name doors open exactly those; without any, the settings say.
  const named = {
    "websocket.enabled": flags.ws ?? false,
    "tcp.enabled": flags.tcp ?? false,
    "tokens.enabled": flags.tokens ?? false,
  };
  const doors = Object.values(named).includes(true) ? named : {};
  const mode = flags.tls ?? (flags.domain ? "acme" : flags.cert || flags.key ? "files" : undefined);
  const terminal = process.stderr.isTTY;
  const colour = !env["NO_COLOR"];
  const folder = dataFolder(env, flags);
  const held = new HeldLog((line) => void process.stderr.write(line));
  const server = await serve({
    folder,
    env,
    flags: { ...settings, ...(mode && { "tls.mode": mode }), ...doors },
    flagNames: Object.fromEntries(Object.entries(SETTINGS).map(([flag, key]) => [key, `--${flag}`])),
    configFile: flags.config ?? env["CHAT_CONFIG"],
    version,
    user,
    log: { write: held.write, terminal, colour: terminal && colour },
  }).catch((why: Error) => {
    throw why instanceof ConfigError && why.ofFlags ? new CommandError(why.message, EXIT.usage) : why;
  });
  obeySignals(server);
  const warnings = server.warnings.map((warning) => `warning: ${warning}`);
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  const greeting = greetingOf(server, flags.json ?? false);
  for (const line of greeting) say(line);
  giveBack();
  if (flags.dashboard) await dashboard(server, { folder, held, user, colour, notices: [...warnings, ...greeting.slice(1)] });
  await server.stopped;
}

/** What starting took and nobody needs any more: some megabytes, which nothing would ask back of a server without guests. */
function giveBack(): void {
  Bun.gc(true);
  Bun.shrink();
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function greetingOf(server: Server, json: boolean): string[] {
  const { urls, data, pid, voice } = server.status();
  const { fingerprint, claimCode } = server;
  if (json) return [JSON.stringify({ ready: true, urls, data, pid, fingerprint, claimCode })];
  const lines = [`chat ${version} is ready: ${urls.join(", ") || "nothing that people connect to is on"}`];
  if (fingerprint) lines.push(`Our own certificate has the SHA-256 fingerprint ${fingerprint}`);
  if (!server.first) return lines;
  lines.push(`Everything is kept in ${data}; the settings are config.json5 there.`);
  const web = urls.some((url) => /^wss?:/.test(url));
  const [, host, port] = /^tcp:\/\/(.*):(\d+)$/.exec(urls.find((url) => url.startsWith("tcp:")) ?? "") ?? [];
  if (web) {
    lines.push("Add the address above as a server in an originChats client, and register there.");
    if (urls.some((url) => url.startsWith("ws:")))
      lines.push(
        "Its web client takes only wss:// addresses: serve with --domain, --tls self or --tls files, or behind a proxy with TLS.",
      );
    if (voice) lines.push(`To talk, open ${pageOf(urls)} in a browser.`);
  } else if (host)
    lines.push(
      `Come in with "nc ${host.replace(/^0\.0\.0\.0$/, "127.0.0.1")} ${port}", and make an account there with :register <name>; "chat roles grant owner <name>" makes it the owner.`,
    );
  if (claimCode && web) lines.push(`Once you are signed in, "/claim ${claimCode}" makes you the owner; the code works once.`);
  return lines;
}

/** Where people talk, by the first of the addresses. */
const pageOf = (urls: readonly string[]): string =>
  new URL("/call", urls.find((url) => /^wss?:/.test(url))!.replace(/^ws/, "http")).href;

interface Shown {
  readonly folder: DataFolder;
  readonly held: HeldLog;
  readonly user: string;
  readonly colour: boolean;
  readonly notices: readonly string[];
}

/** In this terminal until somebody leaves it or the server ends. */
async function dashboard(server: Server, { folder, held, user, colour, notices }: Shown): Promise<void> {
  const [{ showDashboard }, { ControlClient }, { systemClock, systemTimers }] = await Promise.all([
    import("../src/dashboard/show.tsx"),
    import("../src/admin/control-client.ts"),
    import("../src/kernel/clock.ts"),
  ]);
  const ended = new AbortController();
  void server.stopped.then(() => ended.abort());
  held.hold();
  const how = await showDashboard({
    client: new ControlClient(folder.socketPath, user),
    now: systemClock,
    timers: systemTimers,
    notices,
    colours: colour,
    signal: ended.signal,
  });
  held.release();
  if (ended.signal.aborted) return;
  if (how === "interrupt") return void server.stop("SIGINT");
  say("The dashboard is closed and the server runs on; Ctrl-C ends it.");
}

function obeySignals(server: Server): void {
  let asked = 0;
  const end = (signal: string) => () => {
    if (++asked > 1 && signal === "SIGINT") process.exit(130);
    void server.stop(signal);
  };
  process.on("SIGTERM", end("SIGTERM"));
  process.on("SIGINT", end("SIGINT"));
  process.on("SIGHUP", () => {
    server.reload().catch((error: Error) => server.log.error("settings.refused", { sentence: error.message }));
  });
}
