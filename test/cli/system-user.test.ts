import { expect, test } from "bun:test";

import { systemUser } from "../../src/cli/system-user.ts";

test.skipIf(process.platform === "win32")(
  "an act is in the name of the account that runs the command, whatever the environment lacks or says",
  async () => {
    const name = (await new Response(Bun.spawn(["id", "-un"]).stdout).text()).trim();
    expect(systemUser({})).toBe(name);
    expect(systemUser({ USER: "somebody-else" })).toBe(name);
    expect(systemUser({ SUDO_USER: "alice" })).toBe("alice");
  },
);
