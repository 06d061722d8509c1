import { expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { openTarget } from "../../src/admin/open-target.ts";
import { dataFolder } from "../../src/config/data-folder.ts";
import { fts5Query, soughtIn } from "../../src/domain/search/words.ts";
import { importFolder } from "../../src/import/originchats/import-folder.ts";
import { temporaryFolder } from "../support/folder.ts";
import { largeFolder } from "../support/originchats-folder.ts";
import { memoryLog } from "../support/world.ts";

const COUNT = 50_000;

async function imported(path: string, data: string) {
  await using opened = await openTarget({ folder: dataFolder({}, { data }), env: {}, log: memoryLog() });
  const report = await importFolder(opened.target, { path, dryRun: false });
  await opened.settle();
  return report;
}
/** Every message in the order in which it is shown, and how many reactions and searchable texts there are. */
function contents(data: string): unknown {
  const db = new Database(join(data, "chat.db"), { readwrite: true });
  try {
    const one = (sql: string) => db.query(sql).get();
    return {
      order: new Bun.CryptoHasher("sha256")
        .update(
          JSON.stringify(
            db
              .query(
                "select c.name, m.id, m.author, m.content, m.at from message m join channel c on c.id = m.channel order by c.name, m.n",
              )
              .all(),
          ),
        )
        .digest("hex"),
      messages: one("select count(*) as n from message"),
      reactions: one("select count(*) as n from reaction"),
      indexed: one("select count(*) as n from message_text"),
      found: db
        .query<{ id: string }, []>("select id from channel order by name")
        .all()
        .map(({ id }) =>
          db.query("select count(*) as n from message_text where message_text match ?").get(fts5Query(id, 0, soughtIn("lambda"))),
        ),
      searchable: one("select count(*) as n from message where content like '%lambda%'"),
    };
  } finally {
    db.close();
  }
}

test("an import that was killed goes on where it stopped: nothing is missing and nothing twice", async () => {
  using from = temporaryFolder();
  using killed = temporaryFolder();
  using whole = temporaryFolder();
  await largeFolder(from.path, COUNT);
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "import-child.ts"), from.path, killed.path], {
    stdout: "pipe",
  });
  let said = "";
  for await (const chunk of child.stdout) {
    said += new TextDecoder().decode(chunk);
    if (
      said
        .trim()
        .split("\n")
        .some((line) => Number(line) > COUNT / 2)
    )
      child.kill("SIGKILL");
  }
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");

  const { messages } = (await imported(from.path, killed.path)).counts;
  expect(messages.read).toBe(COUNT);
  expect(messages.present).toBeGreaterThan(0);
  expect(messages.written).toBeGreaterThan(0);
  expect(messages.present + messages.written).toBe(COUNT);
  expect((await imported(from.path, whole.path)).counts.messages.written).toBe(COUNT);
  expect(contents(killed.path)).toEqual(contents(whole.path));
  expect(contents(killed.path)).toMatchObject({ messages: { n: COUNT } });
}, 60_000);
