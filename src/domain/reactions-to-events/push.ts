import type { Timers } from "../../kernel/clock.ts";
import type { Happened } from "../../kernel/event.ts";
import { type Kernel, UNPROMPTED } from "../../kernel/kernel.ts";
import type { Log } from "../../kernel/log.ts";
import type { Actor } from "../../kernel/operation.ts";
import type { EventData } from "../index.ts";
import { messageCreated } from "../messages/message.ts";
import { findAbsent, forgetSubscription, type Notified } from "../push/find-absent.ts";
import { vapidKeys } from "../push/keys.ts";

type Created = EventData<"message.created">;

/** Notifications that wait or are on their way; what comes on top of them is not sent. */
const MOST_WAITING = 2000;
const AT_ONCE = 8;
/** Each pause is at least twice the one before; what the service asks for is kept to. */
const MOST_TRIES = 4;
const FIRST_PAUSE_MS = 30_000;
const DAY_S = 86_400;
/** The first characters of a message (reference/originchats.md §2.11). */
const BODY = 120;

interface Task {
  readonly to: Notified;
  readonly payload: Uint8Array;
  readonly tries: number;
}

export interface PushReaction extends AsyncDisposable {
  hear(event: Happened): void;
  /** Resolves when nothing is on its way; what waits for its next try is not counted. */
  settled(): Promise<void>;
}

/** Notifies the browsers of members who are away when a message calls upon them (reference/originchats.md §2.11). */
export function pushToAbsent({
  kernel,
  actor,
  timers,
  log,
}: {
  readonly kernel: Kernel;
  /** On whose behalf it asks; the console's. */
  readonly actor: Actor;
  readonly timers: Timers;
  readonly log: Log;
}): PushReaction {
  const { world } = kernel;
  const queue: Task[] = [];
  const pauses = new Set<() => void>();
  const looking = new Set<Promise<void>>();
  let running = 0;
  let idle: PromiseWithResolvers<void> | undefined;
  let closed = false;

  const waiting = () => queue.length + pauses.size + running;
  const enqueue = (task: Task) => {
    if (closed) return;
    if (waiting() >= MOST_WAITING) return log.warn("push.dropped", { waiting: waiting() });
    queue.push(task);
    work();
  };
  const work = () => {
    // Closing empties the queue.
    while (running < AT_ONCE && queue.length) {
      running += 1;
      const task = queue.shift()!;
      void send(task)
        .catch((error: unknown) => log.error("push.failed", { error }))
        .finally(() => {
          running -= 1;
          work();
          rest();
        });
    }
  };
  const rest = () => {
    if (running || queue.length || looking.size) return;
    idle?.resolve();
    idle = undefined;
  };

  const send = async ({ to, payload, tries }: Task) => {
    const by = { keys: await vapidKeys(world), contact: world.settings.push.contact };
    const told = await world.webPush.send(by, to, payload, { ttl: DAY_S, urgency: "high" });
    if (told.outcome === "gone")
      await kernel.invoke(forgetSubscription, actor, { user: to.user, endpoint: to.endpoint }, UNPROMPTED);
    // The address is a secret between browser and service: it is not logged.
    else if (told.outcome === "refused") log.warn("push.refused", { user: to.user, why: told.why });
    else if (told.outcome === "later" && tries < MOST_TRIES) {
      const stop = timers.after(Math.max(told.afterMs, FIRST_PAUSE_MS * 2 ** (tries - 1)), () => {
        pauses.delete(stop);
        enqueue({ to, payload, tries: tries + 1 });
      });
      pauses.add(stop);
    }
  };

  const look = async ({ place, message, pings }: Created) => {
    const { notified } = await kernel.invoke(
      findAbsent,
      actor,
      {
        channel: place.channel,
        author: message.author.id,
        users: pings.users.map(({ id }) => id),
        replies: pings.replies.map(({ id }) => id),
        roles: pings.roles,
      },
      UNPROMPTED,
    );
    const by = message.extra.webhook?.name ?? message.author.name;
    for (const to of notified) {
      const deed = to.why.kind === "role" ? ` mentioned @${to.why.role}` : to.why.kind === "reply" ? " replied" : "";
      const words = {
        title: `#${place.name} — ${by}${deed}`,
        body: [...message.content.slice(0, BODY * 2)].slice(0, BODY).join(""),
        channelName: place.name,
      };
      enqueue({ to, payload: new TextEncoder().encode(JSON.stringify(words)), tries: 1 });
    }
  };

  return {
    hear(event) {
      if (closed || event.type !== messageCreated.name || !world.settings.push.enabled) return;
      const data = event.data as Created;
      const { users, roles, replies } = data.pings;
      if (!users.length && !roles.length && !replies.length) return;
      if (looking.size + waiting() >= MOST_WAITING) return log.warn("push.dropped", { waiting: waiting() });
      const done = look(data)
        .catch((error: unknown) => log.error("push.failed", { error }))
        .finally(() => {
          looking.delete(done);
          rest();
        });
      looking.add(done);
    },
    async settled() {
      if (!running && !queue.length && !looking.size) return;
      idle ??= Promise.withResolvers();
      await idle.promise;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      queue.length = 0;
      for (const stop of pauses) stop();
      pauses.clear();
      await this.settled();
    },
  };
}
