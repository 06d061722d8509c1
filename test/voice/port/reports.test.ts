import { describe, expect, test } from "bun:test";
import { readReports, receiverReport, senderReport } from "../../../src/voice/port/rtcp.ts";
import { Studio } from "./studio.ts";

const CLOCK = { ntpHigh: 0x1111_2222, ntpLow: 0x3333_4444, timestamp: 12_345 };

describe("reports", () => {
  test("tell a talker every two seconds how it is heard", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    studio.clock.advance(2000);
    ann.say({ sequence: 65_534 });
    ann.say({ sequence: 65_535 });
    ann.say({ sequence: 3 });
    ann.report(senderReport(ann.ssrc, CLOCK, 3, 12, "ann"));
    await studio.until(() => studio.flow("ann")!.received === 3);
    await studio.listener("eve");
    studio.clock.advance(2000);
    await ann.until(() => ann.rtcp.length > 0);
    expect(ann.rtcp).toHaveLength(1);
    const [report] = readReports(ann.rtcp[0]!);
    expect(report!.blocks).toMatchObject([
      { ssrc: ann.ssrc, lost: 3, fraction: 128, highest: 65_539, lastReport: 0x2222_3333, sinceLastReport: 2 * 65_536 },
    ]);
    studio.clock.advance(2000);
    await ann.until(() => ann.rtcp.length > 1);
    expect(readReports(ann.rtcp[1]!)[0]!.blocks).toMatchObject([{ lost: 3, fraction: 0 }]);
  });

  test("of a talker's clock reach its listeners, under the SSRC they know it by, once a second at most", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    ann.say({ payload: "four" });
    ann.say({ payload: "four" });
    await eve.hears(2);
    const [[ssrc]] = [...eve.heard] as [[number, string]];
    for (let n = 0; n < 5; n++) ann.report(senderReport(ann.ssrc, { ...CLOCK, timestamp: n }, 900, 9000, "ann"));
    ann.report(senderReport(ann.ssrc + 1, CLOCK, 1, 1, "ann"));
    ann.say();
    await eve.hears(3);
    expect(eve.rtcp).toHaveLength(1);
    expect(readReports(eve.rtcp[0]!)).toEqual([{ ssrc, clock: { ...CLOCK, timestamp: 0 }, blocks: [] }]);
    expect([eve.rtcp[0]!.readUInt32BE(20), eve.rtcp[0]!.readUInt32BE(24)]).toEqual([2, 8]);
    studio.clock.advance(1000);
    studio.relay.silence("ann", true);
    ann.report(senderReport(ann.ssrc, { ...CLOCK, timestamp: 6 }, 900, 9000, "ann"));
    await ann.check();
    studio.relay.silence("ann", false);
    ann.report(senderReport(ann.ssrc, { ...CLOCK, timestamp: 7 }, 900, 9000, "ann"));
    await eve.until(() => eve.rtcp.length > 1);
    expect(readReports(eve.rtcp[1]!)[0]!.clock!.timestamp).toBe(7);
  });

  test("of a listener say what it missed; what cannot be so is not believed, and nothing is taken back", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    for (let n = 0; n < 5; n++) ann.say();
    await eve.hears(5);
    const [[ssrc]] = [...eve.heard] as [[number, string]];
    const says = (lost: number, about = ssrc) =>
      eve.report(
        receiverReport(1, { ssrc: about, fraction: 0, lost, highest: 0, jitter: 0, lastReport: 0, sinceLastReport: 0 }, "e"),
      );
    says(2);
    await studio.until(() => studio.flow("eve")!.missed === 2);
    says(1);
    says(-5);
    says(4, ssrc + 1);
    // A check comes behind them and tells that they have been read.
    await eve.check();
    expect(studio.flow("eve")!.missed).toBe(2);
    says(3);
    await studio.until(() => studio.flow("eve")!.missed !== 2);
    expect(studio.flow("eve")).toMatchObject({ sent: 5, missed: 3 });
    says(0x7f_ffff);
    await studio.until(() => studio.flow("eve")!.missed !== 3);
    expect(studio.flow("eve")).toMatchObject({ sent: 5, missed: 5 });
    studio.relay.leave("ann");
    await eve.offer();
    expect(studio.flow("eve")).toMatchObject({ sent: 5, missed: 5 });
  });

  test("that came before are not read again", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    ann.say();
    await eve.hears(1);
    const datagram = ann.srtcp.encrypt(senderReport(ann.ssrc, CLOCK, 1, 4, "ann"));
    ann.send(datagram);
    await eve.until(() => eve.rtcp.length === 1);
    studio.clock.advance(1000);
    ann.send(datagram);
    ann.say();
    await eve.hears(2);
    expect(eve.rtcp).toHaveLength(1);
  });
});

describe("speaking", () => {
  test("begins with a loud packet, lasts over a gap of less than 400 ms, and ends after one of more", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const speaking = () => studio.changes.flatMap((change) => (change.kind === "speaking" ? [change.speaking] : []));
    const say = async (level: number, ms: number) => {
      const { received } = studio.flow("ann")!;
      ann.say({ level });
      await studio.until(() => studio.flow("ann")!.received > received);
      studio.clock.advance(ms);
    };
    await say(127, 20);
    await say(50, 20);
    expect(speaking()).toEqual([]);
    await say(0x80 | 49, 399);
    expect([speaking(), studio.flow("ann")!.speaking]).toEqual([[true], true]);
    await say(10, 399);
    await say(100, 0);
    expect(speaking()).toEqual([true]);
    studio.clock.advance(1);
    expect([speaking(), studio.flow("ann")!.speaking]).toEqual([[true, false], false]);
    await say(10, 0);
    studio.relay.silence("ann", true);
    await say(10, 0);
    expect(speaking()).toEqual([true, false, true, false]);
    studio.relay.silence("ann", false);
    await say(10, 0);
    studio.relay.leave("ann");
    expect(speaking()).toEqual([true, false, true, false, true, false]);
    expect(studio.changes.at(-1)).toEqual({ kind: "stream", session: "ann", room: "lobby", live: false });
  });
});
