import { join } from "node:path";

import { ControlClient } from "../../src/admin/control-client.ts";
import { dataFolder } from "../../src/config/data-folder.ts";
import { Conversation, type ConversationOptions } from "../../src/connect/conversation.ts";
import type { ChatState } from "../../src/connect/state.ts";
import { serve } from "../../src/serve.ts";
import { temporaryFolder } from "./folder.ts";
import { FakeClock } from "./world.ts";

/** A real server, and people at it whose connections can be broken. */
export async function place(settings: Readonly<Record<string, string | number | boolean>> = {}) {
  const temporary = temporaryFolder();
  const folder = dataFolder({}, { data: join(temporary.path, "data") });
  const server = await serve({
    folder,
    env: {},
    version: "0",
    user: "tester",
    flags: { "websocket.port": 0, "tcp.enabled": false, "rate_limiting.enabled": false, ...settings },
    log: { write() {}, terminal: false, colour: false },
  });
  const url = server.status().urls[0]!;
  const chats: Conversation[] = [];
  const person = (name: string, register = true, more: Partial<ConversationOptions> = {}) => {
    const clock = new FakeClock();
    const sockets: WebSocket[] = [];
    let nonce = 0;
    const chat = new Conversation({
      url,
      credentials: { name, password: "secret", register },
      timers: clock,
      now: () => clock.now(),
      nonce: () => `${name}-${++nonce}`,
      socket: (to) => {
        const socket = new WebSocket(to);
        sockets.push(socket);
        return socket;
      },
      ...more,
    });
    chats.push(chat);
    return { chat, clock, sockets, until: (holds: (state: ChatState) => boolean) => until(chat, holds) };
  };
  return {
    temporary,
    folder,
    url,
    person,
    call: (operation: string, input: unknown) =>
      new ControlClient(folder.socketPath, "tester").call(operation, input) as Promise<any>,
    async entered(name: string) {
      const one = person(name);
      one.chat.start();
      await one.chat.ready;
      return one;
    },
    async [Symbol.asyncDispose]() {
      for (const chat of chats) chat.close();
      await server.stop("the test is over");
      temporary[Symbol.dispose]();
    },
  };
}

function until(chat: Conversation, holds: (state: ChatState) => boolean): Promise<ChatState> {
  return new Promise((resolve) => {
    const look = () => {
      if (!holds(chat.state())) return;
      stop();
      resolve(chat.state());
    };
    const stop = chat.subscribe(look);
    look();
  });
}
