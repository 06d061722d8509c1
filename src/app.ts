import { memoryBus } from "./bus/memory.ts";
import type { Settings } from "./config/schema.ts";
import { listAudience } from "./domain/channels/list-channels.ts";
import { type Community, communityUpdated } from "./domain/community/community.ts";
import { foundCommunity } from "./domain/community/found-community.ts";
import { operationNamed } from "./domain/described.ts";
import { sweepGuests } from "./domain/guests/leave-as-guest.ts";
import { type EventData, events } from "./domain/index.ts";
import { messageCreated } from "./domain/messages/message.ts";
import { sendMessage } from "./domain/messages/send-message.ts";
import { endDuePolls } from "./domain/polls/end-poll.ts";
import { indexSearch, SLICE } from "./domain/search/index-words.ts";
import { pluginRuntime } from "./domain/plugins/runtime.ts";
import { followCalls } from "./domain/reactions-to-events/calls.ts";
import { pushToAbsent, type PushReaction } from "./domain/reactions-to-events/push.ts";
import { sweepRetention } from "./domain/retention/sweep-retention.ts";
import { tokenMinted } from "./domain/tokens/token.ts";
import { type Figures, figures, STILL, type Vitals, watchVitals } from "./domain/figures.ts";
import { CountedRelay } from "./domain/voice/counted-relay.ts";
import { Cells } from "./kernel/cell.ts";
import type { Timers } from "./kernel/clock.ts";
import type { Happened } from "./kernel/event.ts";
import type { Randomness } from "./kernel/ids.ts";
import { type Kernel, UNPROMPTED } from "./kernel/kernel.ts";
import type { Log } from "./kernel/log.ts";
import type { Forwarding } from "./kernel/media-relay.ts";
import { MeasuredKernel, measuredStore } from "./kernel/measured.ts";
import type { Actor } from "./kernel/operation.ts";
import { Pace } from "./kernel/pace.ts";
import type { Passwords } from "./kernel/passwords.ts";
import { Refusal } from "./kernel/refusal.ts";
import type { TokenSigner } from "./kernel/token-signer.ts";
import type { GuardedFetch } from "./net/guarded-fetch.ts";
import type { WebPush } from "./net/web-push.ts";
import type { Bundled } from "./plugins/bundled.ts";
import { PluginRunner, type RunnerParts, sleepingPlugins } from "./plugins/runner.ts";
import { Hub } from "./realtime/hub.ts";
import { openRotur } from "./rotur/rotur-service.ts";
import type { Blobs } from "./storage/blobs.ts";
import { prune } from "./storage/event-log.ts";
import { migrate } from "./storage/migrations.ts";
import type { Store } from "./storage/store.ts";
import { joseSigner } from "./tokens/jose-signer.ts";
import type { Link } from "./wire/originchats/connection.ts";
import { LineChat } from "./wire/linechat/index.ts";
import { OriginChats } from "./wire/originchats/index.ts";

/** What the machine lends: real ones in the program, fakes in tests. */
export interface Parts {
  readonly settings: Settings;
  readonly store: Store;
  readonly blobs: Blobs;
  readonly log: Log;
  readonly now: () => number;
  readonly timers: Timers;
  readonly id: () => string;
  readonly random: Randomness;
  readonly passwords: Passwords;
  readonly vitals?: Vitals;
  /** Signs with jose without it. */
  readonly tokens?: TokenSigner;
  /** The one way out. It may reach the Rotur service that the settings name, wherever that is. */
  readonly fetch: GuardedFetch;
  readonly webPush: WebPush;
  /** Forwards the media of calls; without it clients reach each other past the server. Whoever lends it ends it. */
  readonly relay?: Forwarding | undefined;
  /** The plugins that come with the program: without `plugins` they are only known. */
  readonly bundled?: readonly Bundled[];
  /** What plugins need of the machine; without it none runs. */
  readonly plugins?: Pick<RunnerParts, "bundled" | "shelf" | "startThread" | "watchTimers" | "fetch" | "connect">;
  /** Hears everything that happens, before anybody is told. */
  readonly onEvent?: (event: Happened) => void;
}

/** The operator at the machine, by the name of their system account. */
export const consoleActor = (community: string, name = "console"): Actor => ({ kind: "console", id: "console", name, community });

/** The whole chat without its doors. */
export interface App extends AsyncDisposable {
  readonly kernel: Kernel;
  readonly hub: Hub;
  readonly community: Community;
  /** True when this start made the community. */
  readonly founded: boolean;
  readonly originchats: OriginChats;
  readonly linechat: LineChat;
  readonly figures: Figures;
  readonly plugins: PluginRunner | undefined;
  /** The settings in force; a change reaches every call that begins after it. */
  settings: Settings;
  /** Hears everything that happens; returns the undo. */
  subscribe(hear: (event: Happened) => void): () => void;
  readonly push: PushReaction;
  /** Sets how frames reach the WebSocket connections of a topic; the listener's business. */
  broadcast: (topic: string, frame: string, except?: Link) => void;
}

/** Composition root: store → world → kernel → hub → wires. Takes the store over and closes it at the end. */
export async function openApp(parts: Parts): Promise<App> {
  const { blobs, fetch, webPush, log, now, id, random, passwords, timers, tokens = joseSigner() } = parts;
  const { stopwatch } = parts.vitals ?? STILL;
  const kept = figures();
  const relay = parts.relay && new CountedRelay(parts.relay, kept);
  const store = measuredStore(parts.store, stopwatch, (seconds) => kept.observe("chat_commit_seconds", seconds));
  let { settings } = parts;
  const ran = await migrate(store, now());
  if (ran.length) log.info("database.migrated", { migrations: ran });
  const cells = new Cells();
  const bus = memoryBus();
  const rotur = openRotur({ fetch, now, log, rules: roturRules(settings, () => settings) });
  const world = {
    store,
    blobs,
    get settings() {
      return settings;
    },
    fetch,
    webPush,
    get rotur() {
      return settings.auth_mode === "cracked-only" ? undefined : rotur;
    },
    now,
    id,
    random,
    passwords,
    tokens,
    relay,
    pace: new Pace(now),
    cell: cells.of.bind(cells) as Cells["of"],
  };
  const kernel = new MeasuredKernel(
    world,
    (event) => bus.publish(event),
    stopwatch,
    ({ operation, outcome, seconds }) => {
      kept.count("chat_operations_total", 1, outcome);
      if (operation === sendMessage.name && outcome === "done") kept.observe("chat_acknowledgement_seconds", seconds);
    },
  );
  const { community, founded } = await kernel.invoke(foundCommunity, consoleActor(""), {
    slug: "default",
    name: settings.server.name,
  });
  while ((await kernel.invoke(sweepGuests, consoleActor(community.id), {})).more);
  let broadcast: App["broadcast"] = () => {};
  const originchats = new OriginChats(kernel, community, log, (topic, frame, except) => broadcast(topic, frame, except));
  const linechat = new LineChat(kernel, community, log, timers);
  const hub = new Hub([originchats, linechat], events, visibleChannels(kernel), log);
  originchats.hub = hub;
  linechat.hub = hub;
  if (parts.onEvent) bus.subscribe(parts.onEvent);
  const closing = new AbortController();
  let stopIndexing: (() => void) | undefined;
  const indexAfter = (ms: number) => {
    stopIndexing = timers.after(ms, async () => {
      let more = false;
      try {
        ({ more } = await kernel.invoke(indexSearch, consoleActor(community.id), { most: SLICE }));
      } catch (why) {
        if (!closing.signal.aborted) log.error("search.failed", { error: why });
      }
      stopIndexing = undefined;
      if (more && !closing.signal.aborted) indexAfter(INDEX_PAUSE_MS);
    });
  };
  const indexSoon = () => {
    if (!stopIndexing) indexAfter(INDEX_MS);
  };
  bus.subscribe((event) => {
    if (event.type === communityUpdated.name)
      originchats.community = linechat.community = (event as Happened<EventData<"community.updated">>).data.community;
    if (event.type === messageCreated.name) {
      kept.count("chat_messages_total");
      indexSoon();
    }
    const before = hub.delivered;
    hub.deliver(event);
    kept.count("chat_deliveries_total", hub.delivered - before);
    if (event.type === tokenMinted.name) log.info(event.type, event.data as EventData<"token.minted">);
  });
  const calls = followCalls({ kernel, actor: consoleActor(community.id), timers, log, track: hub.track.bind(hub) });
  bus.subscribe((event) => calls.hear(event));
  const plugins =
    parts.plugins &&
    new PluginRunner({
      ...parts.plugins,
      kernel,
      community: community.id,
      log,
      timers,
      subscribe: (hear) => bus.subscribe(hear),
      operation: operationNamed,
      options: () => settings.plugins,
      console: consoleActor(community.id),
    });
  cells.of(pluginRuntime).current = plugins ?? sleepingPlugins(parts.bundled ?? []);
  await plugins?.apply();
  const push = pushToAbsent({ kernel, actor: consoleActor(community.id), timers, log });
  bus.subscribe((event) => push.hear(event));
  const sweep = async () => {
    try {
      while (!closing.signal.aborted && (await kernel.invoke(sweepRetention, consoleActor(community.id), {})).more);
      await prune(store, { before: now() - EVENTS_KEPT_MS, keep: MOST_EVENTS });
    } catch (why) {
      log.error("retention.failed", { error: why });
    }
  };
  indexSoon();
  let sweeping: Promise<void> | undefined;
  let endingPolls: Promise<unknown> | undefined;
  const undo = [
    () => calls[Symbol.dispose](),
    timers.every(HEARTBEAT_MS, () => broadcast(EVERY_CONNECTION, `{"cmd":"ping"}`)),
    timers.every(SWEEP_MS, () => {
      sweeping ??= sweep().finally(() => (sweeping = undefined));
      hub.track(sweeping);
    }),
    () => stopIndexing?.(),
    timers.every(POLLS_MS, () => {
      endingPolls ??= kernel
        .invoke(endDuePolls, consoleActor(community.id), {})
        .catch((why: unknown) => log.error("polls.failed", { error: why }))
        .finally(() => (endingPolls = undefined));
      hub.track(endingPolls);
    }),
    ...(parts.vitals ? [watchVitals(kept, parts.vitals, timers)] : []),
  ];
  return {
    kernel,
    hub,
    community,
    founded,
    originchats,
    linechat,
    figures: kept,
    plugins,
    subscribe: (hear) => bus.subscribe(hear),
    get settings() {
      return settings;
    },
    set settings(to) {
      settings = to;
    },
    push,
    get broadcast() {
      return broadcast;
    },
    set broadcast(to) {
      broadcast = to;
    },
    async [Symbol.asyncDispose]() {
      for (const stop of undo) stop();
      closing.abort();
      await sweeping;
      await endingPolls;
      await plugins?.[Symbol.asyncDispose]();
      await push[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Where the service is, the way out knows from the start; how patient one is with it may be set anew. */
const roturRules =
  ({ rotur: { validate_url: validateUrl, profile_url: profileUrl } }: Settings, now: () => Settings) =>
  () => ({
    validateUrl,
    profileUrl,
    timeoutMs: now().rotur.timeout * 1000,
    retryAfterMs: now().rotur.retry_after * 1000,
    subscriptionTtlMs: now().attachments.subscription_cache_ttl * 1000,
  });

/** reference/originchats.md §1.3 */
const HEARTBEAT_MS = 30_000;
const SWEEP_MS = 3_600_000;
/** The event log is for those who were away for a while. */
const EVENTS_KEPT_MS = 7 * 24 * 3_600_000;
const MOST_EVENTS = 1_000_000;
const INDEX_MS = 5000;
/** While there is more to index, others are served in between. What a flood leaves behind is indexed after it, or by who searches first. */
const INDEX_PAUSE_MS = 200;
/** How late at most a poll ends. */
const POLLS_MS = 5000;
/** The topic of every connection, signed in or not. */
export const EVERY_CONNECTION = "all";

/** Whoever may not act any more hears no channel; when the database cannot be asked, nobody knows. */
const visibleChannels =
  (kernel: Kernel) =>
  async ({ actor }: { actor: Actor }): Promise<readonly string[]> => {
    try {
      return (await kernel.invoke(listAudience, actor, {}, UNPROMPTED)).channels;
    } catch (why) {
      if (why instanceof Refusal && why.code !== "unavailable") return [];
      throw why;
    }
  };
