import { describe, expect, test } from "bun:test";
import { consoleActor } from "../../../src/app.ts";
import { sendMessage } from "../../../src/domain/messages/send-message.ts";
import { listUsers } from "../../../src/domain/users/list-users.ts";
import { LineClient } from "../../support/linechat.ts";
import { type SomeSettings, testApp } from "../../support/world.ts";

const lineApp = (settings: SomeSettings = {}) => testApp({ ...settings, tcp: { connection_timeout: false, ...settings.tcp } });
const IAC = 255;
/** What a telnet client answers to the question for its window. */
const telnet = (columns: number, rows: number) =>
  Uint8Array.of(IAC, 251, 31, IAC, 250, 31, columns >> 8, columns & 255, rows >> 8, rows & 255, IAC, 240);
const say = (app: Awaited<ReturnType<typeof testApp>>, content: string) =>
  app.kernel.invoke(sendMessage, consoleActor(app.community.id), { channel: "general", content });

describe("the chat view of a terminal", () => {
  async function viewing(app: Awaited<ReturnType<typeof testApp>>) {
    const client = new LineClient(app, "bob");
    client.bytes(telnet(80, 24));
    for (const line of ["bob", ":join general", ":chat"]) client.type(line);
    await client.heard();
    app.clock.advance(5000);
    return client;
  }

  test("opens after five seconds, with the history above a rule that names the room", async () => {
    await using app = await lineApp();
    await say(app, "earlier");
    const client = await viewing(app);
    const shown = await client.heard();
    expect(shown).toContain("\x1b[2J\x1b[H\x1b[1;20r");
    expect(shown).toContain("[console   ]: earlier");
    expect(shown).toContain(`${"=".repeat(46)}[room/general]`);
    expect(shown).toEndWith("> ");
  });

  test("shows a message without moving the cursor, and says what was typed at one place", async () => {
    await using app = await lineApp();
    const client = await viewing(app);
    await client.heard();
    await say(app, "hi");
    expect(await client.heard()).toBe("\x1b7\x1b[20;1H\r\n[console   ]: hi\x1b8");
    client.type("yes");
    expect(await client.heard()).toBe("\r\x1b[22;1H\x1b[J> \x1b7\x1b[20;1H\r\n[bob       ]: yes\x1b8");
  });

  test("is drawn anew when the window changes, and gives the screen back when it is left", async () => {
    await using app = await lineApp();
    const client = await viewing(app);
    await say(app, "hi");
    await client.heard();
    client.bytes(telnet(40, 10));
    const anew = await client.heard();
    expect(anew).toContain("\x1b[1;7r");
    expect(anew).toContain("[console   ]: hi");
    client.type(":q");
    expect(await client.heard()).toContain("\x1b[r\x1b[2J\x1b[HYou left chat view.");
  });
});

/** A connection whose bytes are seen as they are sent, each as one character. */
async function wired(app: Awaited<ReturnType<typeof testApp>>) {
  let sent = "";
  const session = app.linechat.connect({
    address: "192.0.2.1",
    send: (bytes) => void (sent += Buffer.from(bytes).toString("latin1")),
    pause() {},
    resume() {},
    end() {},
  });
  return {
    /** What is sent after these bytes. */
    async after(bytes: string | Uint8Array): Promise<string> {
      sent = "";
      session.receive(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
      await session.settled();
      await new Promise((go) => setImmediate(go));
      return sent;
    },
    async [Symbol.asyncDispose]() {
      app.linechat.closed(session);
      await app.linechat.settled();
    },
  };
}
const ASKED = "\xff\xfd\x1f\r";

describe("telnet", () => {
  test("is not spoken to a client that gives no sign of knowing it", async () => {
    await using app = await lineApp();
    await using client = await wired(app);
    const shown = (await client.after("")) + (await client.after("bob\n")) + (await client.after(":help\n"));
    expect(shown).toContain("Command list:");
    // oxlint-disable-next-line no-control-regex
    expect(shown).toMatch(/^[\r\n\x20-\x7e]+$/);
  });
  test("is asked about once, when a line ends as it does in telnet", async () => {
    for (const end of ["\r\n", "\r\0"]) {
      await using app = await lineApp();
      await using client = await wired(app);
      expect(await client.after("")).not.toContain(ASKED);
      expect(await client.after(`bob${end}`)).toStartWith(ASKED);
      expect(await client.after(`:help${end}`)).not.toContain("\xff");
    }
  });
  test("is answered at once to a client that begins with it", async () => {
    await using app = await lineApp();
    await using client = await wired(app);
    expect(await client.after(Uint8Array.of(IAC, 251, 31))).toContain(ASKED);
  });
  test("hides a password while it is typed", async () => {
    await using app = await lineApp();
    await using client = await wired(app);
    await client.after(telnet(80, 24));
    expect(await client.after(":register bob\r\n")).toEndWith("\xff\xfb\x01Password: ");
    expect(await client.after("secret\r\n")).toContain("\xff\xfc\x01");
  });
  test("hides a password that is being typed when the client turns out to know it", async () => {
    await using app = await lineApp();
    await using client = await wired(app);
    expect(await client.after(":register bob\r\n")).toEndWith("Password: (it will be seen as you type it) ");
    expect(await client.after(telnet(80, 24))).toEndWith("\xff\xfb\x01\r\x1b[KPassword: ");
    expect(await client.after("secret\r\n")).toContain("\xff\xfc\x01");
  });
});

describe("a client that negotiated nothing", () => {
  test("gets no escape sequence from the door to the end", async () => {
    await using app = await lineApp({ tcp: { welcome: "Hi" } });
    const client = new LineClient(app, "bob");
    for (const line of ["bob", ":help", ":rooms", ":join general", ":chat", "hi", ":q", ":quit", "y"]) client.type(line);
    // oxlint-disable-next-line no-control-regex
    expect(await client.heard()).not.toMatch(/\x1b/);
    expect(client.closed).toBe(true);
  });
  test("can have the screen drawn all the same, and take that back", async () => {
    await using app = await lineApp();
    const client = await LineClient.guest(app, "bob");
    for (const line of [":screen", ":join general", ":chat"]) client.type(line);
    await client.heard();
    app.clock.advance(5000);
    expect(await client.heard()).toContain("\x1b[2J");
    for (const line of [":q", ":plain", ":chat"]) client.type(line);
    expect((await client.arrived()).at(-1)).toBe("[originChats]: This is the beginning of #general.");
  });
});

describe("what people send", () => {
  test("runs nothing in anybody's terminal, whichever wire it came by", async () => {
    await using app = await lineApp();
    const bob = await LineClient.guest(app, "bob", "general");
    const carol = await LineClient.guest(app, "carol", "general");
    await bob.arrived();
    bob.type("\x1b[2J\x1b]0;x\x07red\x9b31m");
    await say(app, "\x1b[31mweb\x07");
    // oxlint-disable-next-line no-control-regex
    expect(await carol.heard()).not.toMatch(/[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]/);
  });
  test("too many lines at once are dropped with one word, and reading is not stopped for ever", async () => {
    await using app = await lineApp({ rate_limiting: { enabled: true } });
    const bob = await LineClient.guest(app, "bob");
    for (let n = 0; n < 200; n++) bob.type(":list");
    const shown = await bob.arrived();
    expect(shown.filter((line) => line.includes("What you send now is dropped"))).toHaveLength(1);
    expect(shown.length).toBeLessThan(60);
    app.clock.advance(60_000);
    bob.type(":list");
    expect(await bob.arrived()).toEqual(["You are not connected to a chatroom or a DM! Did you mean to use :listall?"]);
  });
  test("lines that wait stop the reading until they are done", async () => {
    await using app = await lineApp();
    const bob = await LineClient.guest(app, "bob", "general");
    for (let n = 0; n < 100; n++) bob.type(`line ${n}`);
    expect(bob.paused).toBe(true);
    const shown = await bob.arrived();
    expect(shown).toHaveLength(100);
    expect(bob.paused).toBe(false);
  });
  test("a line without an end is a line when no more comes, and the visit ends after it", async () => {
    await using app = await lineApp();
    const bob = await LineClient.guest(app, "bob", "general");
    bob.bytes("last words");
    bob.session.finish();
    expect(await bob.arrived()).toEqual(["[bob       ]: last words"]);
    expect(bob.closed).toBe(true);
  });
});

describe("coming and going", () => {
  test("takes two and a half seconds at the door", async () => {
    await using app = await testApp();
    const bob = new LineClient(app, "bob");
    bob.type("bob");
    for (let dot = 0; dot < 5; dot++) {
      expect(await bob.heard()).not.toContain("username");
      app.clock.advance(500);
    }
    const shown = await bob.heard();
    expect(shown).toContain("You are now connected as 'bob'.");
  });
  test("whoever does not say who they are is seen out after two minutes", async () => {
    await using app = await lineApp();
    const bob = new LineClient(app, "bob");
    await bob.heard();
    app.clock.advance(120_000);
    expect((await bob.arrived()).join()).toContain("You have not said who you are. Goodbye!");
    expect(bob.closed).toBe(true);
  });
  test("a guest's name is free again, and stays beside what they wrote", async () => {
    await using app = await lineApp();
    const bob = await LineClient.guest(app, "bob", "general");
    bob.type("I was here");
    await bob.arrived();
    await bob.leave();
    const other = await LineClient.guest(app, "Bob", "general");
    for (const line of [":q", ":chat"]) other.type(line);
    expect(await other.arrived()).toContain("[bob       ]: I was here");
    const { members } = await app.kernel.invoke(listUsers, consoleActor(app.community.id), {});
    expect(members.map(({ user }) => user.name)).toEqual(["Bob"]);
  });
  test("a connection that breaks in the middle of anything leaves no ghost", async () => {
    await using app = await lineApp();
    const lines = ["bob", ":join general", ":chat", "hi", ":q", ":register x", "secret"];
    for (let count = 0; count <= lines.length; count++) {
      const bob = new LineClient(app, "bob");
      for (const line of lines.slice(0, count)) bob.type(line);
      await bob.leave();
      await app.linechat.settled();
    }
    await new Promise((go) => setImmediate(go));
    await app.linechat.settled();
    const { members } = await app.kernel.invoke(listUsers, consoleActor(app.community.id), { here: true });
    expect(members).toEqual([]);
    expect(app.hub.sessionCount).toBe(0);
    const again = await LineClient.guest(app, "bob");
    expect(again.session.actor.name).toBe("bob");
  });
  test("the end of the server is announced, and comes after five seconds", async () => {
    await using app = await lineApp();
    const bob = await LineClient.guest(app, "bob", "general");
    const finished = app.linechat.finish();
    expect(await bob.arrived()).toEqual(["[SERVER    ]: The server will be shutting down in 5 seconds!!"]);
    app.clock.advance(4999);
    expect(bob.closed).toBe(false);
    app.clock.advance(1);
    await finished;
    expect(await bob.arrived()).toEqual(["Disconnecting. Goodbye!"]);
    expect(bob.closed).toBe(true);
    const late = new LineClient(app, "late");
    expect(await late.arrived()).toEqual(["The server is shutting down."]);
  });
});
