import { render } from "ink";

import { ChatApp } from "./app.tsx";
import type { Conversation } from "./conversation.ts";

const FASTEST = 20;

/** Takes the terminal until somebody leaves; gives why, where the server would not have the credentials. */
export async function showConversation(
  chat: Conversation,
  { now, colours }: { readonly now: () => number; readonly colours: boolean },
): Promise<string | undefined> {
  const left = Promise.withResolvers<string | undefined>();
  const screen = render(<ChatApp chat={chat} now={now} leave={() => left.resolve(undefined)} colours={colours} />, {
    alternateScreen: true,
    incrementalRendering: true,
    exitOnCtrlC: false,
    interactive: true,
    maxFps: FASTEST,
  });
  const stop = chat.subscribe((input) => {
    if (input.type === "link" && input.news.is === "refused") left.resolve(input.news.why);
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
