// A message that met a full disk was refused with the sentence about attachments, and on the line chat with none that helps.
import { describe, expect, test } from "bun:test";
import { rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { consoleActor } from "../../src/app.ts";
import { refusalSentence } from "../../src/cli/sentences.ts";
import { createRole } from "../../src/domain/roles/create-role.ts";
import { Refusal } from "../../src/kernel/refusal.ts";
import { folderBlobs } from "../../src/storage/blobs.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import { filesScene } from "../support/files.ts";
import { png } from "../support/pictures.ts";
import { LineClient } from "../support/linechat.ts";
import { TestDoor } from "../support/originchats.ts";
import { refusal } from "../support/scene.ts";
import { mountsDisks, smallDisk } from "../support/small-disk.ts";
import { testApp } from "../support/world.ts";

const NO_ROOM = "The server's disk is full: nothing more can be saved until its operator has made room";
const say = (content: string) => ({ cmd: "message_new", channel: "general", content });

test("a full disk is told on each wire in words about what was asked", async () => {
  const lasting = openSqlite(":memory:");
  let full = false;
  const store: Store = {
    ...lasting,
    commit: async (batch) => {
      if (full) throw new Refusal("unavailable", "store.full");
      return lasting.commit(batch);
    },
  };
  await using app = await testApp({ tcp: { connection_timeout: false } }, { store });
  const alice = await new TestDoor(app).signedIn("alice");
  const bob = await LineClient.guest(app, "bob", "general");
  await alice.arrived();
  full = true;
  expect(await alice.ask(say("hello"))).toEqual([{ cmd: "error", src: "message_new", val: NO_ROOM }]);
  bob.type("hello");
  expect((await bob.arrived()).join("\n")).toContain(`${NO_ROOM}.`);
  const refused = await refusal(app.kernel.invoke(createRole, consoleActor(app.community.id), { name: "guest" }));
  expect(refusalSentence(refused)).toBe("The disk is full: free some space and try again.");
  full = false;
  expect((await alice.ask(say("again"))).map(({ cmd }) => cmd)).toEqual(["message_new"]);
  expect((await bob.arrived()).join("\n")).toContain("again");
});

describe.skipIf(!mountsDisks)("on a disk of its own that is full", () => {
  test("messages and files are refused in their own words, nothing that was acknowledged is lost, and all goes on when there is room", async () => {
    using disk = smallDisk(3_000_000)!;
    const store = openSqlite(join(disk.path, "chat.db"));
    const blobs = await folderBlobs(join(disk.path, "files"));
    await using scene = await fullScene(store, blobs);
    const { app, alice } = scene;
    const ballast = join(disk.path, "ballast");
    disk.fill(ballast);
    truncateSync(ballast, statSync(ballast).size - 400_000);
    const acknowledged: string[] = [];
    let no: string | undefined;
    for (let n = 0; n < 2000 && no === undefined; n++) {
      const [answer] = await alice.ask(say(`${n} ${"x".repeat(1900)}`));
      if (answer!.cmd === "message_new") acknowledged.push(answer!["message"].id as string);
      else no = answer!["val"] as string;
    }
    expect(no).toBe(NO_ROOM);
    expect(acknowledged.length).toBeGreaterThan(3);
    const answer = await scene.upload(alice, png(300, 300));
    expect(answer.status).toBe(507);
    expect(await answer.json()).toEqual({ error: "Failed to save attachment: the server has no room for more files" });
    rmSync(ballast);
    const [after] = await alice.ask(say("after"));
    expect(after).toMatchObject({ cmd: "message_new", message: { content: "after" } });
    expect((await scene.upload(alice, png(300, 300))).status).toBe(201);
    for (const id of acknowledged) {
      const [found] = await alice.ask({ cmd: "message_get", channel: "general", id });
      expect(found!["message"]?.id).toBe(id);
    }
    expect(app.log.lines.filter(({ level }) => level === "error")).toEqual([]);
  });
});

async function fullScene(store: Store, blobs: Awaited<ReturnType<typeof folderBlobs>>) {
  const scene = await filesScene({}, { store, blobs });
  const alice = await scene.member("alice");
  return { ...scene, alice, [Symbol.asyncDispose]: () => scene.app[Symbol.asyncDispose]() };
}
