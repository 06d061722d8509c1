import type { Timers } from "../../kernel/clock.ts";
import type { Happened } from "../../kernel/event.ts";
import { type Kernel, UNPROMPTED } from "../../kernel/kernel.ts";
import type { Log } from "../../kernel/log.ts";
import type { Actor } from "../../kernel/operation.ts";
import type { EventData } from "../index.ts";
import { sessionEnded } from "../moderation/moderation.ts";
import { followRelay } from "../voice/follow-relay.ts";
import { settleVoice, UNSETTLING } from "../voice/settle-voice.ts";
import { voiceBoard, voiceJoined } from "../voice/voice.ts";

/** A time-out may last longer than a timer can. */
const LONGEST_WAIT_MS = 86_400_000;

export interface CallsReaction extends Disposable {
  hear(event: Happened): void;
}

/** Ends places in calls that were lost, gives voices back when a time-out ends, and tells what the relay hears. */
export function followCalls({
  kernel,
  actor,
  timers,
  log,
  track,
}: {
  readonly kernel: Kernel;
  /** On whose behalf it asks; the console's. */
  readonly actor: Actor;
  readonly timers: Timers;
  readonly log: Log;
  /** Is given what has begun and is to be waited for. */
  readonly track: (work: Promise<unknown>) => void;
}): CallsReaction {
  const { world } = kernel;
  const board = world.cell(voiceBoard);
  let stopWaiting = () => {};
  let over = false;
  const failed = (error: unknown) => log.error("voice.failed", { error });

  const settle = (gone: { gone?: string }) => {
    if (board.rooms.size) track(kernel.invoke(settleVoice, actor, gone, UNPROMPTED).catch(failed).then(wait));
  };
  const wait = () => {
    stopWaiting();
    const now = world.now();
    const until = over ? undefined : board.nextVoice(now);
    stopWaiting = until === undefined ? () => {} : timers.after(Math.min(until - now, LONGEST_WAIT_MS), () => settle({}));
  };
  const stopHearing = world.relay?.hear((change) => {
    // A connection that was lost shows in what can be heard; its client knows, and offers again.
    if (change.kind !== "lost") track(kernel.invoke(followRelay, actor, change, UNPROMPTED).catch(failed));
  });

  return {
    hear(event) {
      if (UNSETTLING.has(event.type)) settle(goneBy(event));
      else if (event.type === voiceJoined.name) wait();
    },
    [Symbol.dispose]() {
      over = true;
      stopWaiting();
      stopHearing?.();
    },
  };
}

/** Whom an event has put out of every session they had. */
function goneBy({ type, data }: Happened): { gone?: string } {
  if (type !== sessionEnded.name) return {};
  const { user, cause } = data as EventData<"session.ended">;
  return cause === "password" ? {} : { gone: user.id };
}
