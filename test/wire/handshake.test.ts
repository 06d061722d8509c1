import { expect, test } from "bun:test";
import { insertUser } from "../../src/domain/users/statements.ts";
import { Batch } from "../../src/storage/store.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

test("the first frame of every connection says what the server is and does (reference/originchats.md §1.2)", async () => {
  await using app = await testApp({ server: { owner: { name: "Ada" } } });
  const door = new TestDoor(app);
  const [first, ...more] = await door.connect("alice").arrived();
  const [second] = await door.connect("bob").arrived();
  expect(more).toEqual([]);
  expect(first!["cmd"]).toBe("handshake");
  expect(Object.keys(first!["val"])).toEqual([
    "server",
    "limits",
    "attachments",
    "version",
    "validator_key",
    "capabilities",
    "permissions",
    "auth_mode",
  ]);
  expect(first!["val"]).toMatchObject({
    server: { name: "My chat", owner: { name: "Ada" } },
    limits: { post_content: 2000, search_results: 30 },
    version: "1.1.0",
    auth_mode: "cracked-only",
  });
  expect(first!["val"].permissions).toHaveLength(20);
  expect(first!["val"].validator_key).toStartWith("originChats-");
  expect(first!["val"].validator_key).not.toBe(second!["val"].validator_key);
  const { capabilities } = first!["val"] as { capabilities: string[] };
  expect(capabilities).toEqual(capabilities.toSorted());
  for (const name of [
    "auth",
    "login",
    "register",
    "ping",
    "roles_list",
    "self_roles_list",
    "slash_list",
    "status_get",
    "status_set",
    "users_online",
  ])
    expect(capabilities).toContain(name);
});

test("an account of another service does not sign in with a password", async () => {
  await using app = await testApp();
  const rotur = { id: "rotur-1", realm: "rotur", name: "rita", key: "rita", avatar: null, at: 0 };
  await app.kernel.world.store.commit(new Batch().add(insertUser, rotur));
  const client = new TestDoor(app).connect("rita");
  const told = await client.ask({ cmd: "login", username: "Rita", password: "pass1" });
  expect(told).toContainEqual({ cmd: "auth_error", val: "This account uses Rotur authentication" });
});
