import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { largeFolder } from "../support/originchats-folder.ts";
import type { Figure } from "./figures.ts";
import { residentBytes } from "./machine.ts";

/** How fast the binary imports an originChats folder of so many messages, how fast it finds that all are there, and its most memory. */
export async function importFigures(binary: string, messages: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "chat-bench-import-"));
  try {
    const from = join(folder, "from");
    await largeFolder(from, messages);
    const run = async (expected: number) => {
      const began = performance.now();
      const child = Bun.spawn([binary, "import", "originchats", from, "--data", join(folder, "data"), "--json"], {
        stdout: "pipe",
        stderr: "inherit",
      });
      // What the system says of the most memory of a child counts what its parent had when it was made.
      let peak = 0;
      const looking = setInterval(() => (peak = Math.max(peak, residentBytes(child.pid) || 0)), 50);
      const report = JSON.parse(await new Response(child.stdout).text());
      clearInterval(looking);
      await child.exited;
      const seconds = (performance.now() - began) / 1000;
      const { read, written } = report.counts.messages;
      if (read !== messages || written !== expected) throw new Error(`the import read ${read} and wrote ${written} messages`);
      return { seconds, peak };
    };
    const first = await run(messages);
    const again = await run(0);
    const note = `${messages} messages, words indexed`;
    return [
      { name: "import, messages", unit: "/s", chat: messages / first.seconds, note },
      { name: "import again, messages", unit: "/s", chat: messages / again.seconds, note: "all there already" },
      {
        name: "import, most memory",
        unit: "MB",
        chat: Math.max(first.peak, again.peak) / 1e6,
        target: { of: "figure", most: 300 },
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
