import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { serviceUnit, UNIT_NAME } from "../../src/cli/service-unit.ts";
import { temporaryFolder } from "../support/folder.ts";

const BASE = { program: "/bin/true", user: false, lowPorts: false, words: [] };

describe("the unit", () => {
  test("gives the right to low ports only where it is needed", () => {
    expect(serviceUnit(BASE)).not.toContain("AmbientCapabilities");
    expect(serviceUnit(BASE)).toContain("\nCapabilityBoundingSet=\n");
    expect(serviceUnit({ ...BASE, lowPorts: true })).toContain("\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n");
    // In a user namespace of its own the right would be worth nothing.
    expect(serviceUnit({ ...BASE, lowPorts: true })).not.toContain("PrivateUsers");
  });
  test("gives a start the time that bringing a large database forward takes", () => {
    for (const user of [true, false]) expect(serviceUnit({ ...BASE, user })).toContain("\nTimeoutStartSec=infinity\n");
  });
  test("of a user asks for nothing that only the machine's manager can give", () => {
    const unit = serviceUnit({ ...BASE, user: true, lowPorts: true });
    for (const word of ["DynamicUser", "StateDirectory", "AmbientCapabilities", "multi-user"]) expect(unit).not.toContain(word);
    expect(unit).toContain("WantedBy=default.target");
  });
  test("keeps words as they are, whatever is in them", () => {
    const unit = serviceUnit({ ...BASE, words: ["--data", "/srv/my chat", "100%", "$HOME", 'a"b\\c'] });
    expect(unit).toContain(String.raw`ExecStart=/bin/true serve --data "/srv/my chat" 100%% $$HOME "a\"b\\c"`);
  });
  test.skipIf(Bun.which("systemd-analyze") === null)(
    "is one that systemd takes without a word, and finds well confined",
    async () => {
      for (const unit of [BASE, { ...BASE, lowPorts: true }]) {
        using folder = temporaryFolder();
        const file = join(folder.path, UNIT_NAME);
        writeFileSync(file, serviceUnit(unit));
        const verified = Bun.spawnSync(["systemd-analyze", "verify", file]);
        expect(`${verified.stdout}${verified.stderr}`).toBe("");
        const { stdout } = Bun.spawnSync(["systemd-analyze", "security", "--offline=true", file]);
        const exposure = Number(/exposure level for chat\.service: ([\d.]+)/.exec(stdout.toString())?.[1]);
        expect(exposure).toBeLessThan(3);
      }
    },
  );
});
