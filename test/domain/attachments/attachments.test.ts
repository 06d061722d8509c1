import { describe, expect, test } from "bun:test";
import { consoleActor } from "../../../src/app.ts";
import { createChannel } from "../../../src/domain/channels/create-channel.ts";
import { listMessages } from "../../../src/domain/messages/list-messages.ts";
import { listModlog } from "../../../src/domain/moderation/read-modlog.ts";
import type { Frame, TestClient } from "../../support/originchats.ts";
import { filesScene, told } from "../../support/files.ts";
import { png } from "../../support/pictures.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
type Scene = Awaited<ReturnType<typeof filesScene>>;
const send = (attachments: readonly string[], content = "look") => ({
  cmd: "message_new",
  channel: "general",
  content,
  attachments: attachments.map((id) => ({ id, extra: "ignored" })),
});
/** The frame of that command's name that came last. */
const answer = async (client: TestClient, frame: Frame): Promise<Frame> =>
  (await client.ask(frame)).findLast(({ cmd }) => cmd === frame["cmd"])!;
const stored = async ({ app }: Scene) => (await app.kernel.world.blobs.usage()).count;
const status = async ({ ask }: Scene, id: string) => (await ask("GET", `/attachments/${id}`)).status;

describe("a message with attachments", () => {
  test("shows them live and in history, alike and in the order given", async () => {
    const it = await filesScene();
    const [alice, bob] = [await it.member("alice"), await it.member("bob")];
    const ids = [await it.uploaded(alice, png(5, 5)), await it.uploaded(alice, png(4, 4))].toReversed();
    await bob.arrived();
    await alice.ask(send([...ids, ids[0]!], ""));
    const [live] = await bob.arrived();
    expect(live!["message"].attachments.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(live!["message"].attachments[0].url).toBe(`http://chat.test/attachments/${ids[0]}`);
    const history = await answer(bob, { cmd: "messages_get", channel: "general" });
    expect(history["messages"].at(-1).attachments).toEqual(live!["message"].attachments);
    const [info] = await bob.ask({ cmd: "attachment_get", attachment_id: ids[0] });
    expect(info).toEqual({ cmd: "attachment_info", attachment: live!["message"].attachments[0] });
  });

  test("takes only the sender's own uploads, each into one message", async () => {
    const it = await filesScene();
    const [alice, bob] = [await it.member("alice"), await it.member("bob")];
    const id = await it.uploaded(alice, png(4, 4));
    expect(await bob.ask(send([id]))).toEqual([
      { cmd: "error", src: "message_new", val: "You can only attach your own uploads" },
    ]);
    await alice.ask(send([id]));
    const again = (await alice.ask(send([id]))).at(-1);
    expect(again).toMatchObject({ cmd: "error", val: `Attachment ${id} is part of a message already` });
    it.app.clock.advance(8 * DAY);
    const late = await it.uploaded(alice, png(4, 4), { expires_in_days: 1 });
    it.app.clock.advance(DAY);
    const frames = await alice.ask(send([late]));
    expect(frames.at(-1)).toMatchObject({ cmd: "error", val: `Attachment ${late} not found or expired` });
  });

  test("that two send at the same moment goes into one of them", async () => {
    const it = await filesScene();
    const [alice, again] = [await it.member("alice"), await it.member("alice")];
    const id = await it.uploaded(alice, png(4, 4));
    alice.send(send([id], "one"));
    again.send(send([id], "two"));
    await alice.arrived();
    await again.arrived();
    const history = await answer(alice, { cmd: "messages_get", channel: "general" });
    const carrying = history["messages"].filter(({ attachments }: { attachments?: unknown }) => attachments);
    expect(carrying).toHaveLength(1);
  });

  // deviation: upload-own, attachments-with-message
  test("that is deleted takes its own files with it, and nobody else's of the same bytes", async () => {
    const it = await filesScene();
    const [alice, bob] = [await it.member("alice"), await it.member("bob")];
    const [mine, theirs] = [await it.uploaded(alice, png(400, 4)), await it.uploaded(bob, png(400, 4))];
    expect(mine).not.toBe(theirs);
    expect(await stored(it)).toBe(2);
    const posted = await answer(alice, send([mine]));
    await bob.ask(send([theirs]));
    await alice.ask({ cmd: "message_delete", channel: "general", id: posted["message"].id });
    expect([await status(it, mine), await status(it, theirs)]).toEqual([404, 200]);
    it.app.clock.advance(2 * HOUR);
    await it.sweep();
    expect([await status(it, theirs), await stored(it)]).toEqual([200, 2]);
  });
});

describe("the end of a file", () => {
  test("that no message took comes after an hour, with its bytes at the next sweep", async () => {
    const it = await filesScene();
    const alice = await it.member("alice");
    const id = await it.uploaded(alice, png(4, 4));
    it.app.clock.advance(HOUR - 60_000);
    await it.sweep();
    expect(await status(it, id)).toBe(200);
    it.app.clock.advance(2 * 60_000);
    await it.sweep();
    expect([await status(it, id), await stored(it)]).toEqual([404, 0]);
  });

  test("that was sent comes when its time is up; its message still names it", async () => {
    const it = await filesScene();
    const alice = await it.member("alice");
    const id = await it.uploaded(alice, png(4, 4));
    await alice.ask(send([id]));
    it.app.clock.advance(7 * DAY);
    expect(await status(it, id)).toBe(404);
    expect(await stored(it)).toBe(1);
    await it.sweep();
    expect(await stored(it)).toBe(0);
    const page = await answer(alice, { cmd: "messages_get", channel: "general" });
    expect(page["messages"].at(-1).attachments[0].id).toBe(id);
    expect((await alice.ask({ cmd: "attachment_get", attachment_id: id })).at(-1)).toMatchObject({
      val: "Attachment not found or expired",
    });
  });

  // deviation: attachment-rights
  test("comes by its uploader's word, and every viewer is told; by a moderator's, and it stands in the log of acts", async () => {
    const it = await filesScene();
    const [alice, bob, mod] = [await it.member("alice"), await it.member("bob"), await it.member("mod", "moderator")];
    const [own, other] = [await it.uploaded(alice, png(4, 4)), await it.uploaded(alice, png(5, 5))];
    await alice.ask(send([own, other]));
    for (const client of [bob, mod]) await client.arrived();
    const gone = (id: string) => ({ cmd: "attachment_deleted", attachment_id: id, deleted: true });
    expect(await alice.ask({ cmd: "attachment_delete", attachment_id: own, listener: "d" })).toEqual([
      { ...gone(own), listener: "d" },
    ]);
    expect(await bob.arrived()).toEqual([gone(own)]);
    const entries = async () => (await it.app.kernel.invoke(listModlog, consoleActor(it.app.community.id), {})).entries;
    expect(await entries()).toEqual([]);
    await mod.ask({ cmd: "attachment_delete", attachment_id: other });
    expect(await bob.arrived()).toEqual([gone(other)]);
    expect(await entries()).toMatchObject([{ action: "attachment_delete", actor: { name: "mod" } }]);
    const page = await answer(alice, { cmd: "messages_get", channel: "general" });
    expect(page["messages"].at(-1).attachments).toBeUndefined();
    expect([await status(it, own), await status(it, other)]).toEqual([404, 404]);
  });

  test("the oldest makes room for a newer one when a user may have so many", async () => {
    const it = await filesScene({ attachments: { max_attachments_per_user: 2 } });
    const [alice, bob] = [await it.member("alice"), await it.member("bob")];
    const ids = [];
    for (let n = 1; n <= 3; n++) {
      ids.push(await it.uploaded(alice, png(n, 4)));
      it.app.clock.advance(1000);
    }
    const bobs = await it.uploaded(bob, png(1, 4));
    expect(await Promise.all([...ids, bobs].map((id) => status(it, id)))).toEqual([404, 200, 200, 200]);
  });
});

describe("bounds", () => {
  test("a user may upload so many a minute", async () => {
    const it = await filesScene({ attachments: { uploads_per_minute: 2 } });
    const [alice, bob] = [await it.member("alice"), await it.member("bob")];
    for (let n = 0; n < 2; n++) await it.uploaded(alice, png(4, 4));
    expect((await it.upload(alice, png(4, 4))).status).toBe(429);
    await it.uploaded(bob, png(4, 4));
    it.app.clock.advance(60_000);
    await it.uploaded(alice, png(4, 4));
  });

  test("nobody stores anything where users may have no files, or all files together take enough", async () => {
    const none = await filesScene({ attachments: { max_attachments_per_user: 0 } });
    expect((await none.upload(await none.member("alice"), png(4, 4))).status).toBe(403);
    const full = await filesScene({ attachments: { max_total_size: 200 } });
    const alice = await full.member("alice");
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push((await full.upload(alice, png(4, 4))).status);
    expect(statuses[0]).toBe(201);
    expect(statuses.at(-1)).toBe(507);
    expect(await told(await full.upload(alice, png(4, 4)))).toEqual([
      507,
      "Failed to save attachment: the server has no room for more files",
    ]);
  });
});

// deviation: attachment-urls
describe("the address of a file", () => {
  test("is the one by which whoever reads the page reaches the server", async () => {
    const it = await filesScene();
    const alice = await it.member("alice");
    const id = await it.uploaded(alice, png(4, 4));
    await alice.ask(send([id]));
    const elsewhere = { ...alice.connection.actor, origin: "https://chat.example.org" };
    const { messages } = await it.app.kernel.invoke(listMessages, elsewhere, { channel: "general" });
    expect(messages.at(-1)!.attachments[0]!.url).toBe(`https://chat.example.org/attachments/${id}`);
  });

  test("follows server.url also for files that were sent before it was set", async () => {
    const it = await filesScene();
    const alice = await it.member("alice");
    const id = await it.uploaded(alice, png(4, 4));
    await alice.ask(send([id]));
    it.app.settings = { ...it.app.settings, server: { ...it.app.settings.server, url: "chat.example.org" } };
    const page = await answer(alice, { cmd: "messages_get", channel: "general" });
    expect(page["messages"].at(-1).attachments[0].url).toBe(`https://chat.example.org/attachments/${id}`);
  });
});

test("a post in a thread carries files too, live and in its history", async () => {
  const it = await filesScene();
  const alice = await it.member("alice");
  const rules = { view: ["user"], send: ["user"], create_thread: ["user"] };
  await it.app.kernel.invoke(createChannel, consoleActor(it.app.community.id), { name: "ideas", kind: "forum", rules });
  const { thread } = await answer(alice, { cmd: "thread_create", channel: "ideas", name: "one" });
  const id = await it.uploaded(alice, png(4, 4), { channel: "ideas" });
  const live = await answer(alice, { ...send([id]), channel: "ideas", thread_id: thread.id });
  expect(live["message"].attachments[0].id).toBe(id);
  const page = await answer(alice, { cmd: "messages_get", thread_id: thread.id });
  expect(page["messages"].at(-1).attachments).toEqual(live["message"].attachments);
});
