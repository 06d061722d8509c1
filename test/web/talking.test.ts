// People in front of a real browser: that they hear each other is seen in what the browser counts.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { buildBinary } from "../../scripts/build.ts";
import { ControlClient } from "../../src/admin/control-client.ts";
import { dataFolder } from "../../src/config/data-folder.ts";
import { serve } from "../../src/serve.ts";
import { chromiumPath, startChromium } from "../support/chromium.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startServer } from "../support/server.ts";
import { Caller } from "./caller.ts";

const chromium = chromiumPath();
/** Several people, one browser, and a machine that may have other work. */
const LONGEST_MS = 90_000;
const inBrowser = (name: string, act: () => Promise<void>) => test.skipIf(!chromium)(name, act, LONGEST_MS);
const pageOf = (url: string) => `${url.replace(/^ws/, "http")}/call`;

const together = (callers: readonly Caller[], act: (caller: Caller) => Promise<unknown>) => Promise.all(callers.map(act));

/** A server in this process, in a folder of its own. */
async function served(path: string, port = 0, settings: Readonly<Record<string, unknown>> = {}) {
  const folder = dataFolder({}, { data: join(path, "data") });
  const server = await serve({
    folder,
    env: {},
    user: "operator",
    version: "0",
    flags: { "websocket.port": port, "tcp.enabled": false, ...settings },
    log: { write() {}, terminal: false, colour: false },
  });
  const stop = () => server.stop("the test is over");
  const url = server.status().urls[0]!;
  return {
    page: pageOf(url),
    port: Number(new URL(url).port),
    control: new ControlClient(folder.socketPath, "operator"),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

inBrowser(
  "three people open the page of the compiled server and hear each other; one mutes and falls silent, one leaves",
  async () => {
    const { path: binary } = await buildBinary();
    using folder = temporaryFolder();
    const env = { PATH: "/nonexistent", HOME: folder.path, TMPDIR: folder.path, CHAT_DATA: join(folder.path, "data") };
    await using server = await startServer(binary, [], { cwd: folder.path, env });
    await server.said(`open ${pageOf(server.url)} in a browser`);
    await using browser = await startChromium(chromium!, ["--use-fake-ui-for-media-stream"]);
    const names = ["ann", "bob", "cleo"];
    const callers = await Promise.all(names.map((name) => Caller.registered(browser, pageOf(server.url), name)));
    const [ann, bob, cleo] = callers as [Caller, Caller, Caller];
    await together(callers, (caller) => caller.joins());
    await together(callers, (caller) => caller.hears(2, 50));
    expect((await ann.people()).toSorted()).toEqual(["ann (you)", "bob", "cleo"]);
    await ann.seesOf("bob", "speaks");
    await ann.reads("#channels", "3 in the call");

    await bob.click("#mute");
    await bob.reads("#mute", "Unmute");
    await together([ann, cleo], async (other) => {
      await other.seesOf("bob", "muted");
      const before = await other.heard();
      const grown = `heardStreams().then((all) => all.filter(({ id, packets }) => packets > ${JSON.stringify(before)}.find((one) => one.id === id).packets + 50).length)`;
      await other.tab.until(`${grown}.then((count) => count > 0)`);
      const after = await other.heard();
      const came = after
        .map(({ id, packets }) => packets - before.find((one) => one.id === id)!.packets)
        .toSorted((a, b) => a - b);
      // What was on its way may still come.
      expect(came[0]).toBeLessThan(3);
      expect(came).toHaveLength(2);
    });
    await bob.click("#mute");
    await ann.hears(2);

    await cleo.click("#leave");
    await cleo.tab.until("document.querySelector('#call').hidden");
    expect(await cleo.tab.value("microphones.every(({ readyState }) => readyState === 'ended')")).toBe(true);
    await together([ann, bob], async (other) => {
      await other.reads("#said", "cleo left");
      await other.hears(1);
      expect(await other.tab.value("document.querySelectorAll('audio').length")).toBe(1);
    });
    await cleo.joins();
    await together(callers, (caller) => caller.hears(2));
    for (const { tab } of callers) expect(tab.complaints).toEqual([]);
  },
);

inBrowser(
  "who came by an invite is back in the call by themselves after the server restarts, and talks while a key is held",
  async () => {
    using folder = temporaryFolder();
    await using first = await served(folder.path, 0, { "cracked.allow_registration": false });
    const { page, port } = first;
    const { code } = (await first.control.call("invite.create", { role: null, uses: 2, expiresAt: null, note: null })) as {
      code: string;
    };
    await using browser = await startChromium(chromium!, ["--use-fake-ui-for-media-stream"]);

    const dan = await Caller.at(browser, page, "dan");
    await dan.click("#other-way");
    await dan.enters();
    await dan.reads("#entrance-error", "by invite only");
    const invited = `${page}#invite=${code}`;
    const ann = await Caller.at(browser, invited, "ann");
    expect(await ann.tab.value("location.href")).toBe(page);
    await ann.enters();
    await ann.sees("#channels button");
    await ann.joins();
    await dan.type("invite", code);
    await dan.click("#enter");
    await dan.sees("#channels button");
    await dan.joins();
    await ann.hears(1);

    // Both ways of a call fail, as when the network is another one.
    for (const caller of [ann, dan]) await caller.breaks();
    await together([ann, dan], (caller) => caller.hears(1));

    await ann.click("#sound summary");
    await ann.mouse("#push-to-talk");
    await ann.sees("#talk");
    const enabled = "microphones.at(-1).enabled";
    expect(await ann.tab.value(enabled)).toBe(false);
    await ann.key("keyDown", "Space", " ");
    await ann.sees("#talk.held");
    expect(await ann.tab.value(enabled)).toBe(true);
    await ann.key("keyUp", "Space", " ");
    await ann.tab.until(`!${enabled}`);
    await ann.key("keyDown", "KeyM", "m");
    await dan.seesOf("ann", "muted");
    await ann.key("keyDown", "KeyM", "m");
    await dan.tab.until("!document.querySelector('#people').innerText.includes('muted')");

    await first.control.call("voice.server-mute", { user: "ann", muted: true });
    await ann.reads("#call-notice", "muted by a moderator");
    await ann.click("#mute");
    await ann.reads("#call-notice", "a moderator muted you");
    await first.control.call("voice.move", { user: "ann", channel: null });
    await ann.reads("#lobby-error", "taken out of the call");
    await first.control.call("voice.server-mute", { user: "ann", muted: false });
    await ann.joins();
    await ann.hears(1);

    await first.stop();
    await ann.reads("#line", "connection is lost");
    await using second = await served(folder.path, port);
    for (const caller of [ann, dan]) {
      await caller.click("#line-now");
      await caller.sees("#call");
    }
    await ann.hears(1);
    expect(await ann.tab.value("document.querySelector('#line').hidden")).toBe(true);

    await second.control.call("member.ban", { user: "dan" });
    await dan.sees("#entrance");
    await dan.reads("#entrance-error", "banned");
    await ann.reads("#said", "dan left");
  },
);

inBrowser("who has no microphone, or no encryption, listens and is told why", async () => {
  using folder = temporaryFolder();
  await using server = await served(folder.path);
  const { port } = server;
  await using browser = await startChromium(chromium!, ["--host-resolver-rules=MAP chat.test 127.0.0.1"]);
  const speaker = `http://127.0.0.1:${port}`;
  const ann = await Caller.registered(browser, `${speaker}/call`, "ann");
  await ann.tab.send("Browser.setPermission", { permission: { name: "microphone" }, setting: "granted", origin: speaker });
  await ann.joins();
  const refusing = `http://localhost:${port}`;
  const bob = await Caller.registered(browser, `${refusing}/call`, "bob");
  await bob.tab.send("Browser.setPermission", { permission: { name: "microphone" }, setting: "denied", origin: refusing });
  await bob.joins();
  await bob.reads("#trouble", "not allowed to use the microphone");
  const plain = await Caller.registered(browser, `http://chat.test:${port}/call`, "cleo");
  await plain.joins();
  await plain.reads("#trouble", "chat serve --tls self");
  await together([bob, plain], (listener) => listener.hears(1));
  for (const name of ["bob", "cleo"]) await ann.seesOf(name, "only listens");
});
