// In the reference the owner could be banned by anybody with the right, and moderators by each other; ordinary members could read who is banned.
import { expect, test } from "bun:test";
import { giveRole } from "../support/roles.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

const RANKS = ["owner", "admin", "moderator", undefined] as const;
const ACTS = [{ cmd: "user_ban" }, { cmd: "user_kick" }, { cmd: "user_timeout", timeout: 60 }] as const;
/** Who has the right at all. */
const MAY: Record<string, readonly (string | undefined)[]> = {
  user_ban: ["owner", "admin"],
  user_kick: ["owner", "admin", "moderator"],
  user_timeout: ["owner", "admin"],
};

// deviation: ban-hierarchy
test("nobody bans, kicks or times out themselves, the owner, or who stands as high", async () => {
  for (const act of ACTS)
    for (const [by, mine] of RANKS.entries())
      for (const [of, theirs] of RANKS.entries()) {
        const app = await testApp();
        const door = new TestDoor(app);
        const [actor, target] = [await door.signedIn("actor"), await door.signedIn("target")];
        if (mine) await giveRole(app, "actor", mine);
        if (theirs) await giveRole(app, "target", theirs);
        await actor.arrived();
        const first = (await actor.ask({ ...act, user: "target" })).find(({ cmd }) => cmd !== "user_disconnect");
        const allowed = MAY[act.cmd]!.includes(mine) && by < of;
        expect(first?.["cmd"], `${mine} ${act.cmd} ${theirs}`).toBe(allowed ? act.cmd : "error");
        expect(target.closed !== undefined, `${mine} ${act.cmd} ${theirs}`).toBe(allowed && act.cmd !== "user_timeout");
        const [self] = await actor.ask({ ...act, user: "actor" });
        expect(self?.["cmd"], `${mine} ${act.cmd} themselves`).toBe("error");
        await app[Symbol.asyncDispose]();
      }
});

test("somebody timed out cannot lift it by a reset of the rate limit", async () => {
  const app = await testApp();
  const door = new TestDoor(app);
  const [olga, ada] = [await door.signedIn("olga"), await door.signedIn("ada")];
  await giveRole(app, "olga", "owner");
  await giveRole(app, "ada", "admin");
  await olga.ask({ cmd: "user_timeout", user: "ada", timeout: 60 });
  await ada.arrived();
  expect(await ada.ask({ cmd: "rate_limit_reset", user: "ada" })).toEqual([
    { cmd: "error", src: "rate_limit_reset", val: "You cannot do this to yourself" },
  ]);
  expect((await ada.ask({ cmd: "message_new", channel: "general", content: "hi" }))[0]?.["cmd"]).toBe("rate_limit");
});

test("ordinary members learn neither who is banned nor what moderators did", async () => {
  const app = await testApp();
  const door = new TestDoor(app);
  const [ada, carl] = [await door.signedIn("ada"), await door.signedIn("carl")];
  await door.signedIn("bob");
  await giveRole(app, "ada", "admin");
  await ada.ask({ cmd: "user_ban", user: "bob", reason: "a secret reason" });
  const heard = await carl.arrived();
  for (const cmd of ["users_banned_list", "modlog_get", "modlog_summary"]) heard.push(...(await carl.ask({ cmd })));
  expect(heard.filter(({ cmd }) => cmd === "error")).toHaveLength(3);
  expect(JSON.stringify(heard)).not.toContain("secret reason");
});
