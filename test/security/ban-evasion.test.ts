// In the reference nothing ended a banned user's other sockets, and a banned name in other letters was another account.
import { expect, test } from "bun:test";
import { giveRole } from "../support/roles.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

test("a ban ends every socket of the user, and no spelling of the name gets in", async () => {
  const app = await testApp();
  const door = new TestDoor(app);
  const ada = await door.signedIn("ada");
  const sockets = [await door.signedIn("bob"), await door.signedIn("bob"), await door.signedIn("bob")];
  await giveRole(app, "ada", "admin");
  await ada.ask({ cmd: "user_ban", user: "BOB" });
  for (const socket of sockets) expect(socket.closed).toEqual({ code: 1000, reason: "banned" });
  for (const username of ["bob", "BOB", " Bob ", "USR:local_bob", "usr:LOCAL_BOB", "bоb"]) {
    const again = door.connect("again");
    await again.arrived();
    expect(await again.ask({ cmd: "login", username, password: "secret of bob" }), username).toEqual([
      { cmd: "auth_error", val: "Access denied: You are banned from this server" },
    ]);
    const newcomer = await again.ask({ cmd: "register", username, password: "secret of bob" });
    expect(newcomer[0]?.["cmd"], username).toBe("auth_error");
  }
});

test("a ban of one leaves everybody else who registered as they were", async () => {
  const app = await testApp();
  const door = new TestDoor(app);
  const [ada, bob, carl] = [await door.signedIn("ada"), await door.signedIn("bob"), await door.signedIn("carl")];
  await giveRole(app, "ada", "admin");
  await ada.ask({ cmd: "user_ban", user: "bob" });
  expect(bob.closed).toBeDefined();
  expect(carl.closed).toBeUndefined();
  await carl.arrived();
  expect((await carl.ask({ cmd: "message_new", channel: "general", content: "hi" }))[0]?.["cmd"]).toBe("message_new");
});
