// A name changed in config.json5 while the server was stopped was never seen; to take it at every start would undo what members chose.
import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { followSettings } from "../../src/domain/community/follow-settings.ts";
import { updateCommunity } from "../../src/domain/community/update-community.ts";
import { testApp } from "../support/world.ts";

test("the configured name wins only when it is another than it was, and members' choice stays otherwise", async () => {
  await using app = await testApp({ server: { name: "First" } });
  const operator = consoleActor(app.community.id);
  const start = async (name: string) => {
    const { community, changed } = await app.kernel.invoke(followSettings, operator, { name });
    return `${community.name}${changed ? " now" : ""}`;
  };
  expect(await start("First")).toBe("First");
  await app.kernel.invoke(updateCommunity, operator, { name: "Theirs" });
  expect(await start("First")).toBe("Theirs");
  expect(await start("Second")).toBe("Second now");
  expect(app.originchats.community.name).toBe("Second");
  await app.kernel.invoke(updateCommunity, operator, { name: "Third" });
  expect(await start("Third")).toBe("Third");
  await app.kernel.invoke(updateCommunity, operator, { name: "Theirs" });
  expect(await start("Third")).toBe("Theirs");
});
