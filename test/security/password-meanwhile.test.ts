// A password was checked, then changed, and only then was the session let in: by the password that no longer held.
import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { logIn } from "../../src/domain/accounts/log-in.ts";
import { changePassword, setPassword } from "../../src/domain/accounts/set-password.ts";
import { banMember } from "../../src/domain/moderation/ban-member.ts";
import { removeUser } from "../../src/domain/users/leave-community.ts";
import type { Passwords } from "../../src/kernel/passwords.ts";
import { LineClient } from "../support/linechat.ts";
import { TestDoor } from "../support/originchats.ts";
import { newMember, refusal } from "../support/scene.ts";
import { quickPasswords, testApp } from "../support/world.ts";

/** Passwords whose hashes want to be renewed at every login, as those of an import do; `meanwhile` is done while one is looked at. */
async function scene(stale = false) {
  let meanwhile: (() => Promise<unknown>) | undefined;
  const passwords: Passwords = {
    ...quickPasswords,
    async verify(password, stored) {
      const { right } = await quickPasswords.verify(password, stored);
      const act = meanwhile;
      meanwhile = undefined;
      await act?.();
      return { right, stale };
    },
  };
  const app = await testApp({ tcp: { connection_timeout: false } }, { passwords });
  const bob = await newMember(app, "bob");
  const operator = consoleActor(app.community.id);
  return {
    app,
    bob,
    changed: () => app.kernel.invoke(setPassword, operator, { user: "bob", password: "another" }),
    banned: () => app.kernel.invoke(banMember, operator, { user: "bob" }),
    removed: () => app.kernel.invoke(removeUser, operator, { user: "bob" }),
    meanwhile: (act: () => Promise<unknown>) => void (meanwhile = act),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}
const login = (password: string) => ({ cmd: "login", username: "bob", password });
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
};

test("a login by a password that is changed meanwhile gets nobody in", async () => {
  for (const moment of [undefined, 0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]) {
    await using its = await scene();
    const late = new TestDoor(its.app).connect("late");
    await late.arrived();
    if (moment === undefined) its.meanwhile(its.changed);
    late.send(login("secret of bob"));
    if (moment !== undefined) {
      await turns(moment);
      await its.changed();
    }
    const frames = await late.arrived();
    expect(late.closed !== undefined || late.connection.actor.kind === "anonymous", `moment ${moment}`).toBe(true);
    const said = JSON.stringify(frames);
    expect(said.includes("Invalid password") || said.includes("password was changed"), `moment ${moment}: ${said}`).toBe(true);
    const again = new TestDoor(its.app).connect("again");
    expect((await again.ask(login("another"))).some(({ cmd }) => cmd === "ready")).toBe(true);
  }
});

test("a login that renews the hash of a password does not bring back one that was changed meanwhile", async () => {
  await using its = await scene(true);
  const stranger = { kind: "anonymous", id: "192.0.2.9", name: "", community: its.app.community.id } as const;
  its.meanwhile(its.changed);
  await its.app.kernel.invoke(logIn, stranger, { name: "bob", password: "secret of bob" });
  expect((await refusal(its.app.kernel.invoke(logIn, stranger, { name: "bob", password: "secret of bob" }))).reason).toBe(
    "account.password",
  );
  await its.app.kernel.invoke(logIn, stranger, { name: "bob", password: "another" });
});

test("of two who change a password at the same time, knowing the same old one, the second is refused", async () => {
  await using its = await scene();
  its.meanwhile(() => its.app.kernel.invoke(changePassword, its.bob, { old: "secret of bob", password: "first" }));
  const second = its.app.kernel.invoke(changePassword, its.bob, { old: "secret of bob", password: "second" });
  expect((await refusal(second)).reason).toBe("account.password");
});

test.each(["changed", "banned", "removed"] as const)(
  "on the line chat nobody is in whose account is %s meanwhile",
  async (what) => {
    for (const moment of [undefined, ...Array(80).keys()]) {
      await using its = await scene();
      const late = new LineClient(its.app, "late");
      await late.heard();
      if (moment === undefined) its.meanwhile(its[what]);
      late.type(":login bob");
      late.type("secret of bob");
      if (moment !== undefined) {
        await turns(moment);
        await its[what]();
      }
      const shown = (await late.arrived()).join("\n");
      expect(late.closed || late.session.actor.kind === "anonymous", `moment ${moment}: ${shown}`).toBe(true);
      expect([...its.app.hub.sessions()], `moment ${moment}`).toEqual([]);
      await late.leave();
    }
  },
);
