import { expect, test } from "bun:test";

import { buildBinary } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/folder.ts";
import { restoreDrill } from "./restore-drill.ts";

const { path: binary } = await buildBinary();

test("a backup made under load holds every message that was acknowledged before it, and restores to the same files", async () => {
  using folder = temporaryFolder();
  const round = await restoreDrill({ binary, folder: folder.path });
  expect(round.faults).toEqual([]);
  expect(round.restored).toBeGreaterThanOrEqual(round.before);
}, 60_000);
