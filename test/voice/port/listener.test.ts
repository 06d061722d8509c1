import { expect, test } from "bun:test";
import type { Connection } from "../../../src/voice/port/connection.ts";
import { Listener } from "../../../src/voice/port/listener.ts";
import { Outbox } from "../../../src/voice/port/outbox.ts";
import { emptyRtpHeader } from "../../../src/voice/port/rtp.ts";
import { readOffer } from "../../../src/voice/port/sdp-offer.ts";
import { Source } from "../../../src/voice/port/source.ts";
import { sessionKeys, SrtpSender } from "../../../src/voice/port/srtp.ts";
import { FIREFOX } from "./offers.ts";

test("nothing is encrypted or kept for who does not hear it any more", () => {
  const sent: unknown[] = [];
  const outbox = new Outbox({ sendMany: (datagrams) => void sent.push(datagrams.length / 3) });
  const source = new Source("ann", "ann");
  const listen = () => {
    const sender = new SrtpSender(sessionKeys(Buffer.alloc(16), Buffer.alloc(12)));
    const listener = new Listener({ sender, address: "192.0.2.1", port: 9 } as unknown as Connection);
    listener.answer(readOffer(FIREFOX), [source]);
    return listener;
  };
  const [first, second] = [listen(), listen(), listen()];
  let index = 0;
  const say = () => source.forward(emptyRtpHeader(), Buffer.alloc(10), index++, outbox);
  say();
  first!.end();
  say();
  second!.answer(readOffer(FIREFOX.replaceAll("a=recvonly", "a=inactive")), [source]);
  say();
  source.end();
  say();
  expect(sent).toEqual([3, 2, 1]);
});
