// An IPv6 host chooses its address among 2^64: limits counted by address alone did not hold it.
import { expect, test } from "bun:test";
import { http } from "../../src/wire/originchats/http.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

const registered = async (addressOf: (n: number) => string) => {
  await using app = await testApp();
  const door = new TestDoor(app);
  let welcome = 0;
  for (let n = 0; n < 20; n++) {
    const one = door.connect(`newcomer-${n}`, addressOf(n));
    await one.arrived();
    const answer = await one.ask({ cmd: "register", username: `newcomer-${n}`, password: "long enough" });
    if (answer.some(({ cmd }) => cmd === "auth_success")) welcome++;
  }
  return welcome;
};

test("one network's hosts register no faster by changing their addresses within it", async () => {
  expect(await registered((n) => `2001:db8:1:2::${(n + 1).toString(16)}`)).toBe(10);
  expect(await registered((n) => `2001:db8:1:${(n + 1).toString(16)}::1`)).toBe(20);
});

test("uploads of strangers are counted together for one network", async () => {
  await using app = await testApp();
  const answer = http(app.kernel, app.community);
  const statuses = [];
  for (let n = 0; n < 40; n++) {
    const req = new Request("http://chat.test/attachments/upload", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    statuses.push((await answer(req, { address: `2001:db8:1:2::${(n + 1).toString(16)}` })).status);
  }
  expect(statuses.filter((status) => status === 429).length).toBe(10);
});
