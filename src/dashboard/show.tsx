import { render } from "ink";

import { type ControlClient, NobodyThere, ServerFailed } from "../admin/control-client.ts";
import { refusalSentence } from "../cli/sentences.ts";
import { type Clock, type Timers } from "../kernel/clock.ts";
import { Refusal } from "../kernel/refusal.ts";
import type { Ask } from "./actions.ts";
import { App } from "./app.tsx";
import { Feed } from "./feed.ts";

export interface ShowOptions {
  readonly client: ControlClient;
  readonly now: Clock;
  readonly timers: Timers;
  readonly notices?: readonly string[];
  readonly colours: boolean;
  /** Ends the dashboard from outside. */
  readonly signal?: AbortSignal;
}

/** Frames a second at most: figures come once a second, keys should not wait. */
const FASTEST = 15;

/** Takes the terminal until somebody leaves; tells how. */
export async function showDashboard(options: ShowOptions): Promise<"close" | "interrupt"> {
  const { client, now, timers, signal } = options;
  const feed = new Feed(client, timers, now);
  const left = Promise.withResolvers<"close" | "interrupt">();
  signal?.addEventListener("abort", () => left.resolve("close"), { once: true });
  const screen = render(
    <App
      feed={feed}
      call={(ask) => carriedOut(client, ask)}
      leave={left.resolve}
      now={now}
      notices={options.notices ?? []}
      colours={options.colours}
    />,
    { alternateScreen: true, incrementalRendering: true, exitOnCtrlC: false, interactive: true, maxFps: FASTEST },
  );
  const running = feed.run();
  try {
    return await left.promise;
  } finally {
    feed.stop();
    screen.unmount();
    await screen.waitUntilExit();
    await running;
  }
}

/** @throws Error whose message is a sentence. */
export async function carriedOut(client: Pick<ControlClient, "call">, { operation, input }: Ask): Promise<void> {
  try {
    await client.call(operation, input);
  } catch (why) {
    if (why instanceof Refusal) throw new Error(refusalSentence(why), { cause: why });
    if (why instanceof NobodyThere) throw new Error("The server is not there at the moment.", { cause: why });
    if (why instanceof ServerFailed) throw why;
    throw new Error(`That did not reach the server: ${(why as Error).message}.`, { cause: why });
  }
}
