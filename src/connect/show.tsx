import { render } from "ink";

import { ChatApp } from "./app.tsx";
import { attentive } from "./attention.ts";
import type { Desk } from "./desk.ts";
import type { Door } from "./panes.tsx";
import type { Barred } from "./plain.ts";

const FASTEST = 20;

/** Takes the terminal until somebody leaves; gives why, where the only server cannot be entered and waiting will not help. */
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
    stdin: attentive(process.stdin, (away) => desk.leave(away)),
  });
  const [only] = desk.chats;
  let entered = desk.chats.length > 1;
  const stop = only.subscribe((input) => {
    if (input.type !== "link") return;
    const { news } = input;
    if (news.is === "open") entered = true;
    // Who was in once, or may be elsewhere, stays at the screen: the password is asked for again, the server tried again.
    if (entered) return;
    if (news.is === "refused") left.resolve(news);
    if (news.is === "lost" && news.lasting) left.resolve({ is: "refused", why: news.why, reached: false });
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
