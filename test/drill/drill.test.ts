import { expect, test } from "bun:test";

import { buildBinary } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/folder.ts";
import { drill, seeded } from "./drill.ts";

const { path: binary } = await buildBinary();

test("kill -9 under load loses nothing that was acknowledged, keeps the order, and leaves the database whole", async () => {
  using folder = temporaryFolder();
  const random = seeded(7);
  for (const round of [1, 2]) {
    const { faults, acknowledged } = await drill({ binary, folder: folder.path, round, random });
    expect(faults).toEqual([]);
    expect(acknowledged).toBeGreaterThan(49);
  }
});
