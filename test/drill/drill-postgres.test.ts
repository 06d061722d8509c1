import { describe, expect, test } from "bun:test";

import { buildBinary } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/folder.ts";
import { postgresServer, temporaryDatabase } from "../support/postgres.ts";
import { drill, seeded } from "./drill.ts";

const { path: binary } = await buildBinary();

describe.skipIf(!postgresServer)("on Postgres", () => {
  test("kill -9 under load loses nothing that was acknowledged, and what is stored has the order of delivery", async () => {
    using folder = temporaryFolder();
    await using database = await temporaryDatabase();
    const random = seeded(8);
    for (const round of [1, 2]) {
      const { faults, acknowledged } = await drill({ binary, folder: folder.path, round, random, database: database.url });
      expect(faults).toEqual([]);
      expect(acknowledged).toBeGreaterThan(49);
    }
  });
});
