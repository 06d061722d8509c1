import { render } from "ink";

import { ChatApp } from "./app.tsx";
import type { Desk } from "./desk.ts";
import type { Door } from "./panes.tsx";
import type { Barred } from "./plain.ts";

const FASTEST = 20;

/** Takes the terminal until somebody leaves; gives why, where the first server cannot be entered. */
export async function showDesk(
  desk: Desk,
  { doors, now, colours }: { readonly doors: readonly Door[]; readonly now: () => number; readonly colours: boolean },
): Promise<Barred | undefined> {
  const left = Promise.withResolvers<Barred | undefined>();
  const app = <ChatApp desk={desk} doors={doors} now={now} leave={() => left.resolve(undefined)} colours={colours} />;
  const screen = render(app, {
    alternateScreen: true,
    incrementalRendering: true,
    exitOnCtrlC: false,
    interactive: true,
    maxFps: FASTEST,
  });
  let entered = false;
  const stop = desk.chats[0].subscribe((input) => {
    if (input.type !== "link") return;
    if (input.news.is === "open") entered = true;
    // Who was in once stays at the screen: there may be other servers, and the password may be asked for again.
    if (input.news.is === "refused" && !entered) left.resolve(input.news);
  });
  desk.start();
  try {
    return await left.promise;
  } finally {
    stop();
    desk.close();
    screen.unmount();
    await screen.waitUntilExit();
  }
}
