import { createCipheriv, randomBytes } from "node:crypto";
import { systemTimers } from "../../src/kernel/clock.ts";
import type { Connection } from "../../src/voice/port/connection.ts";
import { Listener } from "../../src/voice/port/listener.ts";
import { Outbox } from "../../src/voice/port/outbox.ts";
import { Publisher } from "../../src/voice/port/publisher.ts";
import { readOffer } from "../../src/voice/port/sdp-offer.ts";
import { sessionKeys, SrtpReceiver, SrtpSender } from "../../src/voice/port/srtp.ts";
import { type Datagrams, openUdpSocket, type UdpSocket } from "../../src/voice/port/udp-socket.ts";
import type { Figure } from "./figures.ts";
import { median } from "./machine.ts";

const LISTENERS = [9, 49];
const ROUNDS = 9;
/** Packets to listeners in a round. */
const FORWARDED = 20_000;
/** As Opus at 64 kbit/s has in 20 ms. */
const PAYLOAD = 160;
const PACKET_MS = 20;
const HOST = "127.0.0.1";
const SSRC = 77;
/** A header with its extension for the level. */
const HEADER = 20;

const offer = (direction: "sendonly" | "recvonly") =>
  readOffer(`v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=ice-ufrag:abcd
a=ice-pwd:0123456789012345678901
a=fingerprint:sha-256 ${"AB:".repeat(31)}AB
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=${direction}
a=rtcp-mux
a=rtpmap:111 opus/48000/2
`);

/** Processor time of this process for a packet to one listener, beside encryption and sending alone. */
export async function voice(): Promise<Figure[]> {
  const sink = Bun.spawn([process.execPath, `${import.meta.dir}/voice-sink.ts`], { stdio: ["ignore", "pipe", "inherit"] });
  const socket = await openUdpSocket(
    { host: HOST, port: 0 },
    () => {},
    () => {},
  );
  try {
    const { value } = await sink.stdout.getReader().read();
    const port = Number(new TextDecoder().decode(value));
    const figures: Figure[] = [];
    for (const listeners of LISTENERS) {
      const relay = relayed(socket, port, listeners);
      const floor = least(socket, port, listeners);
      const times = { relay: [] as number[], floor: [] as number[] };
      for (let round = -1; round < ROUNDS; round++) {
        const [ours, theirs] = [await timed(relay, listeners), await timed(floor, listeners)];
        if (round < 0) continue;
        times.relay.push(ours);
        times.floor.push(theirs);
      }
      figures.push({
        name: `voice packet forwarded to each of ${listeners} listeners, processor time`,
        unit: "µs",
        chat: median(times.relay),
        floor: median(times.floor),
        target: { of: "ratio", most: 1.7 },
      });
    }
    return figures;
  } finally {
    socket.close();
    sink.kill();
  }
}

/** Microseconds a forwarded packet; `prepare` is not timed, and gives what handles one incoming packet at a time. */
async function timed(prepare: (count: number) => (n: number) => void, listeners: number): Promise<number> {
  const count = Math.ceil(FORWARDED / listeners);
  const act = prepare(count);
  const before = process.cpuUsage();
  for (let n = 0; n < count; n++) {
    act(n);
    // As packets come in: a few in a turn of the loop.
    if (n % 4 === 3) await new Promise((go) => setImmediate(go));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (count * listeners);
}

/** All the relay does with a packet, from its header to the socket. */
function relayed(socket: UdpSocket, port: number, listeners: number): (count: number) => (n: number) => void {
  const [key, salt] = [randomBytes(16), randomBytes(12)];
  const [sender, receiver] = [new SrtpSender(sessionKeys(key, salt)), new SrtpReceiver(sessionKeys(key, salt))];
  let time = 0;
  const publisher = new Publisher({ isUp: true, send() {} } as unknown as Connection, "talker", "talker", false, {
    now: () => time,
    timers: systemTimers,
    outbox: new Outbox(socket),
    live() {},
    speaking() {},
  });
  publisher.answer(offer("sendonly"));
  const all = Array.from({ length: listeners }, () => {
    const to = { sender: new SrtpSender(sessionKeys(randomBytes(16), randomBytes(12))), address: HOST, port };
    const listener = new Listener(to as unknown as Connection);
    listener.answer(offer("recvonly"), [publisher.source!]);
    return listener;
  });
  let index = 0;
  return (count) => {
    // A listener waits for the first packet after a rollover, if one is near.
    if (all.some(({ sent }) => index - sent > 128)) throw new Error("not every packet was forwarded");
    const packets = Array.from({ length: count }, () => {
      index++;
      const out = Buffer.alloc(HEADER + PAYLOAD + 16);
      sender.protect(plainPacket(index), HEADER, SSRC, Math.floor(index / 65_536), index % 65_536, out);
      return out;
    });
    return (n) => {
      time += PACKET_MS;
      publisher.receive(packets[n]!, receiver);
    };
  };
}

function plainPacket(index: number): Buffer {
  const packet = Buffer.alloc(HEADER + PAYLOAD, 9);
  packet.writeUInt16BE(0x906f, 0);
  packet.writeUInt16BE(index % 65_536, 2);
  packet.writeUInt32BE((index * 960) % 2 ** 32, 4);
  packet.writeUInt32BE(SSRC, 8);
  packet.write("bede000110140000", 12, "hex");
  return packet;
}

/** Encryption and sending, and nothing else. */
function least(socket: UdpSocket, port: number, listeners: number): (count: number) => (n: number) => void {
  const key = randomBytes(16);
  const iv = randomBytes(12);
  const header = Buffer.alloc(12, 1);
  const payload = Buffer.alloc(PAYLOAD, 9);
  const datagrams: Datagrams = Array.from({ length: listeners }, () => [Buffer.alloc(12 + PAYLOAD + 16, 5), port, HOST]).flat();
  return () => (n) => {
    for (let listener = 0; listener < listeners; listener++) {
      iv.writeUInt32BE(n, 0);
      iv.writeUInt32BE(listener, 4);
      const cipher = createCipheriv("aes-128-gcm", key, iv);
      cipher.setAAD(header);
      cipher.update(payload);
      cipher.final();
      cipher.getAuthTag();
    }
    socket.sendMany(datagrams);
  };
}
