// Fills a data folder as the program would have: `bun seed.ts <database file> <accounts> <messages>`; not the file but an empty Postgres database
// where CHAT_DATABASE_URL names one. Prints the password of the accounts.
import { dirname, join } from "node:path";
import { consoleActor, openApp } from "../../src/app.ts";
import { SettingsSchema } from "../../src/config/schema.ts";
import { FIRST_CHANNELS } from "../../src/domain/community/first.ts";
import { insertMessage } from "../../src/domain/messages/statements.ts";
import { grantRole, roleByName } from "../../src/domain/roles/statements.ts";
import { insertIdentity, insertMember, insertUser } from "../../src/domain/users/statements.ts";
import { indexSearch } from "../../src/domain/search/index-words.ts";
import { nameKey } from "../../src/domain/users/user.ts";
import { systemTimers } from "../../src/kernel/clock.ts";
import { systemRandomness, uuids } from "../../src/kernel/ids.ts";
import { createLog } from "../../src/kernel/log.ts";
import { argon2Passwords } from "../../src/kernel/passwords.ts";
import { guardedFetch } from "../../src/net/guarded-fetch.ts";
import { webPush } from "../../src/net/web-push.ts";
import { folderBlobs } from "../../src/storage/blobs.ts";
import { openStore } from "../../src/storage/open.ts";
import { Batch } from "../../src/storage/store.ts";
import { Random } from "../fuzz/random.ts";
import { putTextChannel } from "../support/text-channel.ts";

const [path, accounts, messages] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];
const AT_ONCE = 20_000;
const PASSWORD = "a password for the bench";
const WORDS = 20_000;

const now = () => Date.now();
const store = await openStore({ databaseUrl: process.env.CHAT_DATABASE_URL ?? "", databaseFile: path });
const fetch = guardedFetch();
const passwords = argon2Passwords();
const log = createLog({ level: "error", format: "json", write: (line) => void process.stderr.write(line), now });
await using app = await openApp({
  settings: SettingsSchema.parse({}),
  blobs: await folderBlobs(join(dirname(path), "files")),
  fetch,
  webPush: webPush({ fetch, now }),
  store,
  log,
  now,
  timers: systemTimers,
  id: uuids,
  random: systemRandomness,
  passwords,
});
const community = app.community.id;

const secret = await passwords.hash(PASSWORD);
const role = await store.one(roleByName, { community, key: "user" });
const people = new Batch();
const ids: string[] = [];
for (let n = 0; n < accounts; n++) {
  const [id, name] = [uuids(), `bench${n}`];
  const key = nameKey(name);
  ids.push(id);
  people
    .add(insertUser, { id, realm: "local", name, key, avatar: null, at: now() })
    .add(insertIdentity, { kind: "password", subject: key, user: id, secret, at: now() })
    .add(insertMember, { community, user: id, nickname: name, at: now() })
    .add(grantRole, { community, user: id, role: role!.id, place: 0 });
}
await store.commit(people);

const { rules } = FIRST_CHANNELS[0]!;
const random = new Random(20_261_120);
/** Words as uneven as a language's: few are everywhere, most are rare. */
const word = (): string => `w${Math.floor(WORDS * random.fraction() ** 4).toString(36)}`;

async function channel(name: string, position: number, count: number): Promise<void> {
  const id = uuids();
  await putTextChannel(store, community, { id, name, position, rules, at: now(), seed: uuids() });
  const none = { replyTo: null, replyAuthor: null, replyPing: 0, embeds: null, extra: null, nonce: null };
  for (let n = 0; n < count;) {
    const batch = new Batch();
    for (const end = Math.min(count, n + AT_ONCE); n < end; n++) {
      const content = Array.from({ length: random.int(3, 14) }, word).join(" ");
      batch.add(insertMessage, {
        id: uuids(),
        channel: id,
        place: id,
        author: ids[n % ids.length]!,
        content,
        at: now(),
        ...none,
      });
    }
    await store.commit(batch);
  }
}
await channel("live", 2, 0);
await channel("thousand", 3, 1000);
await channel("million", 4, messages);
await app.kernel.invoke(indexSearch, consoleActor(app.community.id), {});
process.stdout.write(`${PASSWORD}\n`);
