import { cell } from "../../kernel/cell.ts";
import type { Speaker } from "../users/user.ts";

/** A call that its bot may answer. */
export interface OpenCall {
  readonly bot: string;
  readonly invoker: Speaker;
  readonly channel: string;
  readonly thread: string | undefined;
  readonly command: string;
  readonly ephemeral: boolean;
  readonly at: number;
  /** How often it may still be answered. */
  left: number;
}
interface Wanted {
  readonly bot: string;
  readonly channel: string;
  /** Absent for the channel and all its threads: bots answer with what they were told the channel is called. */
  readonly thread?: string | undefined;
  readonly invoker?: string | undefined;
  readonly command?: string | undefined;
}

/** Bots may answer late (a reminder) and more than once. */
const OPEN_FOR = 24 * 3_600_000;
const MOST_ANSWERS = 100;
/** Calls kept for one bot, and in all; the oldest go first. */
const MOST_OF_BOT = 1000;
const MOST = 20_000;

/** The calls that bots may still answer; lost with the process. */
class OpenCalls {
  /** By bot, oldest first. */
  readonly #calls = new Map<string, OpenCall[]>();
  #count = 0;

  add(call: Omit<OpenCall, "left">): void {
    const calls = this.#calls.get(call.bot) ?? [];
    calls.push({ ...call, left: MOST_ANSWERS });
    this.#count++;
    this.#calls.set(call.bot, calls);
    this.#drop(call.bot, (one) => call.at - one.at > OPEN_FOR);
    if (calls.length > MOST_OF_BOT) this.#drop(call.bot, (one) => one === calls[0]);
    while (this.#count > MOST) {
      const [bot, [oldest]] = this.#calls.entries().reduce((a, b) => (b[1][0]!.at < a[1][0]!.at ? b : a)) as [string, OpenCall[]];
      this.#drop(bot, (one) => one === oldest);
    }
  }

  /** The newest call that fits and may still be answered. */
  newest({ bot, channel, thread, invoker, command }: Wanted, now: number): OpenCall | undefined {
    return this.#calls
      .get(bot)
      ?.findLast(
        (one) =>
          one.channel === channel &&
          (thread === undefined || one.thread === thread) &&
          (invoker === undefined || one.invoker.id === invoker) &&
          (command === undefined || one.command === command) &&
          one.left > 0 &&
          now - one.at <= OPEN_FOR,
      );
  }

  #drop(bot: string, gone: (call: OpenCall) => boolean): void {
    const calls = this.#calls.get(bot) ?? [];
    for (let at = calls.length - 1; at >= 0; at--)
      if (gone(calls[at]!)) {
        calls.splice(at, 1);
        this.#count--;
      }
    if (!calls.length) this.#calls.delete(bot);
  }
}
export const openCalls = cell("slash.calls", () => new OpenCalls());
