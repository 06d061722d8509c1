import { type App, consoleActor, EVERY_CONNECTION, openApp } from "./app.ts";
import { changedSettings } from "./config/changed-settings.ts";
import { type DataFolder, lockDataFolder, prepareDataFolder } from "./config/data-folder.ts";
import { type Env, loadSettings, type Loaded } from "./config/load.ts";
import type { Settings } from "./config/schema.ts";
import { listChannels } from "./domain/channels/list-channels.ts";
import { offerOwnership } from "./domain/community/ownership.ts";
import { followSettings } from "./domain/community/follow-settings.ts";
import { voiceBoard } from "./domain/voice/voice.ts";
import { systemClock, systemTimers } from "./kernel/clock.ts";
import { systemRandomness } from "./kernel/ids.ts";
import { createLog, type Log, logFormat } from "./kernel/log.ts";
import { RecentLog } from "./kernel/recent-log.ts";
import { type CertificateSource, openCertificates, type TlsSettings } from "./net/certificates.ts";
import { openListener, type Socket } from "./net/listener.ts";
import { namesOfThisHost } from "./net/self-signed.ts";
import { systemParts } from "./admin/system-parts.ts";
import { clientUrls, openDoors, portOf } from "./serve-doors.ts";
import { type LineDoors, startLineChat } from "./serve-linechat.ts";
import { startTokens } from "./serve-tokens.ts";
import { VoiceDoor } from "./serve-voice.ts";
import { systemPlugins } from "./serve-plugins.ts";
import { openStore } from "./storage/open.ts";
import { serviceManager } from "./net/service-manager.ts";
import { controlDoor } from "./wire/control/door.ts";
import { listenMetrics } from "./net/metrics-listener.ts";
import { listenControl } from "./net/control-listener.ts";
import type { Reloaded, SeenSession, Status, WatchLine } from "./wire/control/protocol.ts";
import { FlowGauge } from "./wire/control/flows.ts";
import { Gauge } from "./wire/control/stats.ts";
import { callPage } from "./web/call-page.ts";
import { http } from "./wire/originchats/http.ts";
import { mayConnect } from "./wire/originchats/origins.ts";
import { mostBodyBytes } from "./wire/originchats/http-uploads.ts";
import { originChatsDoor, type SocketLink } from "./wire/originchats/socket.ts";
import type { Session } from "./wire/wire.ts";

export interface ServeOptions {
  readonly folder: DataFolder;
  readonly env: Env;
  /** Settings by key path, from the command line. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** How they are spelled, by key path. */
  readonly flagNames?: Readonly<Record<string, string>>;
  readonly configFile?: string | undefined;
  readonly version: string;
  /** The system user, for the log of acts. */
  readonly user: string;
  /** Where the log goes, and whether people read it there. */
  readonly log: { readonly write: (line: string) => void; readonly terminal: boolean; readonly colour: boolean };
}

/** A running server. */
export interface Server {
  readonly app: App;
  readonly log: Log;
  /** True when this start made the data folder's contents. */
  readonly first: boolean;
  readonly warnings: readonly string[];
  /** With which the first user becomes the owner; only at the start that made the community. */
  readonly claimCode: string | undefined;
  /** The certificate's SHA-256 fingerprint, where it is our own. */
  readonly fingerprint: string | undefined;
  status(): Status;
  reload(): Promise<Reloaded>;
  /** Lets everybody finish, then ends. Calling it again changes nothing. */
  stop(reason: string): Promise<void>;
  /** Resolves when the server has ended. */
  readonly stopped: Promise<void>;
}

/** Connections that have not ended by then are cut; what is left of the ten seconds is for the database. */
const DRAIN_MS = 8000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** What clients are told when the server ends. */
const GOODBYE = "Server is restarting";

/**
 * Starts everything; when it resolves, clients may connect.
 * @throws ConfigError, FolderError, DatabaseUnusable, DatabaseTooNew, ListenError, CertificateError: each a sentence with its remedy.
 */
export async function serve(options: ServeOptions): Promise<Server> {
  const { folder, version, user } = options;
  // Whatever the folder's own mode is, what is made in it is nobody else's to read.
  process.umask(0o077);
  const { first } = prepareDataFolder(folder);
  const load = (): Loaded => loadSettings(sources(options));
  let loaded = load();
  const format = logFormat(loaded.settings.log.format, options.log.terminal);
  const recent = new RecentLog();
  const log = createLog({
    get level() {
      return loaded.settings.log.level;
    },
    format,
    write: options.log.write,
    now: systemClock,
    colour: options.log.colour,
    hear: recent.hear,
  });

  await using opened = new AsyncDisposableStack();
  opened.use(lockDataFolder(folder));
  const { settings } = loaded;
  const store = await openStore({ databaseUrl: settings.database.url, databaseFile: folder.databaseFile });
  const voice = opened.use(new VoiceDoor({ settings, log }));
  const parts = { ...(await systemParts(settings, store, folder, log)), relay: voice.relay, plugins: systemPlugins(folder) };
  const app = opened.use(await openApp(parts));
  const startedAt = systemClock();
  const manager = opened.use(await serviceManager(options.env, systemTimers.every));

  const door = originChatsDoor(app.originchats, EVERY_CONNECTION, (origin, reached) => mayConnect(origin, reached, app.settings));
  let swap: (pair: { cert: string; key: string }) => Promise<void> = async () => {};
  const certificates = await openCertificates(tlsSettings(settings, folder), {
    now: systemClock,
    timers: systemTimers,
    random: systemRandomness,
    changed: async (certificate) => {
      await swap(certificate);
      log.info("certificate.changed", { fingerprint: certificate.fingerprint, until: new Date(certificate.notAfter) });
    },
    refused: (error) => log.error("certificate.refused", { code: error.code, sentence: error.message }),
  });
  if (certificates) opened.use(certificates);
  const { websocket } = settings;
  const calls = callPage(startedAt);
  const answer = http(app.kernel, app.community);
  const listener =
    websocket.enabled &&
    (await openListener({
      hostname: websocket.host,
      port: websocket.port,
      tls: certificates?.current,
      http: (req, remote) => calls(req) ?? answer(req, remote),
      websocket: door,
      failed: (error) => log.error("request.failed", { wire: "originchats", error }),
      trustedProxies: websocket.trusted_proxies,
      maxBodyBytes: mostBodyBytes(settings),
      maxFrameBytes: websocket.max_frame_bytes,
      outboundBufferBytes: websocket.outbound_buffer_bytes,
      maxConnections: websocket.max_connections,
      maxConnectionsPerIp: websocket.max_connections_per_ip,
      words: { portFlag: "--port", hostFlag: "--host" },
    }));
  if (listener) {
    opened.defer(() => listener.stopNow());
    swap = (pair) => listener.swapTls(pair);
    app.broadcast = (topic, frame, except) =>
      listener.publish(topic, frame, (except as SocketLink | undefined)?.ws as Socket<unknown>);
  }

  const { kernel, community } = app;
  let lines: LineDoors | undefined;
  if (settings.tcp.enabled) {
    const { current } = certificates ?? {};
    lines = opened.use(
      await startLineChat({ chat: app.linechat, settings: settings.tcp, certificate: current, log, timers: systemTimers }),
    );
    const swapWeb = swap;
    swap = async (pair) => {
      lines!.swapTls(pair);
      await swapWeb(pair);
    };
  }
  const followName = () => kernel.invoke(followSettings, consoleActor(community.id, user), { name: loaded.settings.server.name });
  await followName();
  const tokens = settings.tokens.enabled
    ? opened.use(await startTokens({ kernel, community, settings: settings.tokens, log, timers: systemTimers }))
    : undefined;

  if (listener) await voice.choosePort(portOf(listener.url));

  const metrics = () => {
    kernel.world.relay?.flows();
    for (const [wire, count] of app.hub.sessionsByWire()) app.figures.set("chat_sessions", count, wire);
    return app.figures.text();
  };
  const figures = settings.metrics.port === 0 ? undefined : opened.use(listenMetrics(settings.metrics.port, metrics));
  if (figures) log.info("metrics.listening", { url: new URL("/metrics", figures.url).href });
  const gauge = () =>
    new Gauge(
      app.figures,
      systemClock,
      () => app.hub.sessionsByWire(),
      () => (listener ? listener.connections : 0) + (lines?.connections ?? 0),
    );
  const own = gauge();
  const doors = openDoors({ web: listener ? listener.url : undefined, lines, tokens, metrics: figures?.url }, settings);
  const urls = clientUrls(doors, settings);
  const listening = () => `listening on ${urls.join(", ") || "nothing"}`;
  const status = (): Status => ({
    version,
    pid: process.pid,
    community: app.originchats.community.name,
    urls,
    doors,
    voice: voice.at,
    data: folder.path,
    database: store.dialect,
    flags: options.flags,
    startedAt,
    stats: own.read(),
  });

  const reload = async (): Promise<Reloaded> => {
    manager.reloading();
    try {
      return await readAgain();
    } finally {
      manager.ready(listening());
    }
  };
  const readAgain = async (): Promise<Reloaded> => {
    const before = loaded.settings;
    const next = load();
    const { live, later } = changedSettings(before, next.settings);
    loaded = next;
    app.settings = next.settings;
    await followName();
    if (live.includes("plugins")) await app.plugins?.apply();
    await certificates?.check();
    log.info("settings.reloaded", { changed: live, needRestart: later });
    return { changed: live, needRestart: later, warnings: next.warnings };
  };

  let stopping: Promise<void> | undefined;
  const stopped = Promise.withResolvers<void>();
  const stop = (reason: string): Promise<void> =>
    (stopping ??= (async () => {
      log.info("server.stopping", { reason });
      manager.stopping();
      const ended = listener ? listener.stop() : undefined;
      const late = Promise.withResolvers<void>();
      const cancel = systemTimers.after(DRAIN_MS, late.resolve);
      await Promise.race([Promise.all([door.finish(GOODBYE).then(() => ended), app.linechat.finish()]), late.promise]);
      cancel();
      if (listener) await listener.stopNow();
      await door.settled();
      await lines?.[Symbol.asyncDispose]();
      await app.linechat.settled();
      await all.disposeAsync();
      log.info("server.stopped");
      stopped.resolve();
    })());

  const control = listenControl(
    folder.socketPath,
    controlDoor({
      kernel: app.kernel,
      log,
      actor: (name) => consoleActor(app.community.id, name),
      watched: {
        subscribe: (say) => seeAll(app, recent, say),
        stats: watchedStats(gauge),
        flows: watchedFlows(app),
        timers: systemTimers,
        snapshot: async () => ({
          status: status(),
          ...(await app.kernel.invoke(listChannels, consoleActor(app.community.id, user), {})),
          sessions: [...app.hub.sessions()].map((session) => seenSession(session, app.hub.wireOf(session)!)),
          log: recent.lines(),
        }),
      },
      status,
      metrics,
      stop: () => void stop("asked to over the control socket"),
      reload,
    }),
    (error) => log.error("request.failed", { wire: "control", error }),
  );
  opened.defer(() => control.stop());
  opened.defer(systemTimers.every(DAY_MS, () => void certificates?.check()));
  const all = opened.move();
  manager.ready(listening());
  log.info("server.started", {
    version,
    urls,
    data: folder.path,
    database: store.dialect,
    pid: process.pid,
  });
  return {
    app,
    log,
    first,
    warnings: loaded.warnings,
    claimCode: app.founded ? await claimCode(app, user) : undefined,
    fingerprint: settings.tls.mode === "self" ? (certificates as CertificateSource).current.fingerprint : undefined,
    status,
    reload,
    stop,
    stopped: stopped.promise,
  };
}

/** A community that is new has no owner yet. */
async function claimCode({ kernel, community }: App, user: string): Promise<string> {
  return (await kernel.invoke(offerOwnership, consoleActor(community.id, user), {})).code;
}

const sources = ({ folder, env, flags, flagNames, configFile }: ServeOptions) => ({
  dataDir: folder.path,
  env,
  flags,
  ...(flagNames && { flagNames }),
  ...(configFile ? { file: configFile } : {}),
});

const tlsSettings = ({ tls, websocket }: Settings, folder: DataFolder): TlsSettings => {
  if (tls.mode === "files") return { mode: "files", cert: tls.cert, key: tls.key };
  if (tls.mode === "self") return { mode: "self", folder: folder.path, names: namesOfThisHost(tls.names) };
  if (tls.mode === "off") return { mode: "off" };
  const { domains, acme } = tls;
  return {
    mode: "acme",
    folder: folder.path,
    domains,
    directory: acme.directory,
    email: acme.email,
    ca: acme.ca,
    hostname: websocket.host,
    httpPort: acme.http_port,
    httpsPort: websocket.port,
  };
};

/** Every watcher reads rates of its own: two who share a gauge would halve each other's seconds. */
const watchedStats = (gauge: () => Gauge) => () => {
  const one = gauge();
  return () => one.read();
};

const watchedFlows = ({ kernel: { world } }: App) => {
  const board = world.cell(voiceBoard);
  return () => {
    const one = new FlowGauge(
      () => world.relay?.flows() ?? [],
      (session) => board.seatOf(session)?.participant.media?.stream,
      systemClock,
    );
    return () => one.read();
  };
};

const seenSession = ({ id, actor }: Session, wire: string): SeenSession => ({ id, wire, user: actor.id, name: actor.name });

/** Events, sessions and the log, as lines for a watcher; returns the undo. */
function seeAll(app: App, recent: RecentLog, say: (line: WatchLine) => void): () => void {
  const undo = [
    app.subscribe((event) => say({ type: "event", event: { ...event, origin: undefined } })),
    app.hub.watch((session, wire, here) =>
      say(here ? { type: "opened", session: seenSession(session, wire) } : { type: "closed", session: session.id }),
    ),
    recent.subscribe((entry) => say({ type: "log", entry })),
  ];
  return () => undo.forEach((stop) => stop());
}
