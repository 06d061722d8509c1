import { render } from "ink";

import { ChatApp } from "./app.tsx";
import type { Conversation } from "./conversation.ts";
import type { Barred } from "./plain.ts";

const FASTEST = 20;

/** Takes the terminal until somebody leaves; gives why, where the server cannot be entered. */
export async function showConversation(
  chat: Conversation,
  { now, colours }: { readonly now: () => number; readonly colours: boolean },
): Promise<Barred | undefined> {
  const left = Promise.withResolvers<Barred | undefined>();
  const screen = render(<ChatApp chat={chat} now={now} leave={() => left.resolve(undefined)} colours={colours} />, {
    alternateScreen: true,
    incrementalRendering: true,
    exitOnCtrlC: false,
    interactive: true,
    maxFps: FASTEST,
  });
  const stop = chat.subscribe((input) => {
    if (input.type === "link" && input.news.is === "refused") left.resolve(input.news);
  });
  chat.start();
  try {
    return await left.promise;
  } finally {
    stop();
    chat.close();
    screen.unmount();
    await screen.waitUntilExit();
  }
}
