// What a connection leaves behind, the server has for ever: whatever keeps one that has gone is found here, wherever it is kept.
import { expect, test } from "bun:test";
import { attendance } from "../../src/domain/attendance/attendance.ts";
import { connected } from "../../src/domain/presence/presence.ts";
import { sessionTokens } from "../../src/domain/sessions/tokens.ts";
import { LineClient } from "../support/linechat.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp, type TestApp } from "../support/world.ts";

/** How many objects of these classes the heap holds, once it has been collected. */
function living(...classes: string[]): Record<string, number> {
  const { nodes, nodeClassNames } = Bun.generateHeapSnapshot();
  const counts = Object.fromEntries(classes.map((name) => [name, 0]));
  // Four numbers a node: id, size, class, flags.
  for (let at = 2; at < nodes.length; at += 4) {
    const name = nodeClassNames[nodes[at]!]!;
    if (name in counts) counts[name]!++;
  }
  return counts;
}

const kept = ({ hub, kernel: { world } }: TestApp) => ({
  sessions: hub.sessionCount,
  circles: hub.circleCount,
  users: world.cell(connected).size,
  tokens: world.cell(sessionTokens).size,
  attendants: world.cell(attendance).size,
});

const VISITS = 3;

test("of connections that have gone nothing is kept", async () => {
  await using app = await testApp({ tcp: { connection_timeout: false } });
  const visit = async () => {
    const door = new TestDoor(app);
    const clients: { leave(): Promise<void> }[] = [];
    for (let n = 0; n < 5; n++) clients.push(door.connect(`stranger${n}`));
    for (let n = 0; n < 40; n++) {
      const member = door.connect(`member${n % 20}`, `192.0.2.${n}`);
      await member.signIn();
      await member.ask({ cmd: "message_new", channel: "general", content: "hello" });
      clients.push(member);
    }
    for (let n = 0; n < 3; n++) clients.push(await LineClient.guest(app, `guest${n}`, "general"));
    const during = kept(app);
    for (const client of clients) await client.leave();
    await app.hub.settled();
    return during;
  };
  for (let n = 0; n < VISITS; n++) {
    expect(await visit()).toMatchObject({ sessions: 43, users: 23, tokens: 40, attendants: 3 });
    expect(kept(app)).toEqual({ sessions: 0, circles: 0, users: 0, tokens: 0, attendants: 0 });
  }
  // The stack may still point at the last visit by chance, and so keep all of it.
  const { Connection, LineSession } = living("Connection", "LineSession");
  expect(Connection).toBeLessThan(2 * 45);
  expect(LineSession).toBeLessThan(2 * 3);
});
