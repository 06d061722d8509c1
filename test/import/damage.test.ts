import { expect, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KINDS } from "../../src/import/originchats/report.ts";
import { consoleActor } from "../../src/app.ts";
import { listChannels } from "../../src/domain/channels/list-channels.ts";
import { listMessages } from "../../src/domain/messages/list-messages.ts";
import { listRoles } from "../../src/domain/roles/list-roles.ts";
import { listUsers } from "../../src/domain/users/list-users.ts";
import { Random } from "../fuzz/random.ts";
import { importing } from "../support/importing.ts";
import { arrayFolder, currentFolder } from "../support/originchats-folder.ts";

const ROUNDS = 60;
const ODD = [
  null,
  0,
  -1,
  1e308,
  true,
  "",
  "x",
  "../x",
  "__proto__",
  "\u0000\ud800",
  "n".repeat(5000),
  [],
  {},
  [null],
  [[]],
  { a: 1 },
];

/** Puts something else somewhere in a value. */
function mutated(value: unknown, random: Random): unknown {
  const inside = typeof value === "object" && value !== null ? Object.keys(value) : [];
  if (!inside.length || random.fraction() < 0.1) return ODD[random.int(0, ODD.length - 1)];
  const key = inside[random.int(0, inside.length - 1)]!;
  const copy: any = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  const how = random.fraction();
  if (how < 0.1) delete copy[key];
  else if (how < 0.2) copy[`${key}${ODD[random.int(4, 10)]}`] = copy[key];
  else copy[key] = mutated(copy[key], random);
  return copy;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function damage(folder: string, random: Random): void {
  const files = [...new Bun.Glob("**/*.{json,jsonl}").scanSync(folder)].toSorted();
  for (let n = random.int(1, 8); n > 0; n--) {
    const path = join(folder, files[random.int(0, files.length - 1)]!);
    const { size } = statSync(path);
    const bytes = readFileSync(path);
    if (random.fraction() < 0.6) {
      const text = bytes.toString();
      const value = parsed(text);
      const lines = text.split("\n");
      const at = random.int(0, lines.length - 1);
      if (value !== undefined) lines.splice(0, lines.length, JSON.stringify(mutated(value, random)));
      else if (parsed(lines[at]!) !== undefined) lines[at] = JSON.stringify(mutated(parsed(lines[at]!), random));
      writeFileSync(path, lines.join("\n"));
    } else if (size > 1) {
      const at = random.int(0, size - 1);
      if (random.fraction() < 0.3) writeFileSync(path, bytes.subarray(0, at));
      else {
        bytes[at] = random.int(0, 255);
        writeFileSync(path, bytes);
      }
    }
  }
}

test("whatever is broken in a folder, the import ends in order, counts all of it, and does nothing the second time", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const seed = 20_261_120 + round;
    await using old = await importing((folder) => {
      (round % 4 ? currentFolder : arrayFolder)(folder);
      damage(folder, new Random(seed));
    });
    const { app } = old;
    for (const run of [1, 2]) {
      const report = await old.run().catch((why: Error) => {
        throw new Error(`seed ${seed}, run ${run}: ${why.stack}`, { cause: why });
      });
      for (const kind of KINDS) {
        const { read, written, present, skipped } = report.counts[kind];
        expect(`seed ${seed} run ${run} ${kind} ${written + present + skipped}`).toBe(`seed ${seed} run ${run} ${kind} ${read}`);
        if (run === 2 && kind !== "settings") expect(`seed ${seed} ${kind} ${written}`).toBe(`seed ${seed} ${kind} 0`);
      }
    }
    // What came in is as the domain promises it to clients.
    const console = consoleActor(app.community.id);
    listRoles.output.parse(await app.kernel.invoke(listRoles, console, {}));
    listUsers.output.parse(await app.kernel.invoke(listUsers, console, {}));
    const { channels } = listChannels.output.parse(await app.kernel.invoke(listChannels, console, {}));
    for (const { id, kind } of channels)
      if (kind === "text") listMessages.output.parse(await app.kernel.invoke(listMessages, console, { channel: id, limit: 100 }));
  }
}, 60_000);
