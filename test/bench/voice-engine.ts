// One engine of the relay in a process of its own, driven by the load that started it: `voice-engine.ts <port|werift>`.
import { systemClock, systemTimers } from "../../src/kernel/clock.ts";
import type { MediaRelay, RelayParts } from "../../src/kernel/media-relay.ts";
import { createLog } from "../../src/kernel/log.ts";
import type { Asked, EngineName, Usage } from "./voice-talk.ts";

const open: Readonly<Record<EngineName, (parts: RelayParts) => Promise<MediaRelay>>> = {
  port: async (parts) => (await import("../../src/voice/port/relay.ts")).openPortRelay(parts),
  werift: async (parts) => (await import("../../src/voice/werift/open-werift-relay.ts")).openWeriftRelay(parts),
};
const log = createLog({ level: "warn", format: "json", now: systemClock, write: (line) => void process.stderr.write(line) });
const parts = { host: "127.0.0.1", port: 0, advertised: [], most: 128, now: systemClock, timers: systemTimers, log };
const relay = await open[process.argv[2] as EngineName](parts);

process.on("message", async (asked: Asked) => {
  if ("offer" in asked) {
    const answer = await relay.answer(asked.seat, asked.direction, asked.offer);
    process.send!({ id: asked.id, answer });
  } else {
    const flows = relay.flows();
    const { user, system } = process.cpuUsage();
    const sum = (of: "received" | "sent") => flows.reduce((all, flow) => all + flow[of], 0);
    const usage: Usage = {
      cpuSeconds: (user + system) / 1e6,
      residentBytes: process.memoryUsage.rss(),
      received: sum("received"),
      sent: sum("sent"),
    };
    process.send!({ id: asked.id, usage });
  }
});
process.send!({ ready: true });
