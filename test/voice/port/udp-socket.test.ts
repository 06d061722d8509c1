import { expect, test } from "bun:test";
import { type Datagrams, openUdpSocket, type UdpSocket } from "../../../src/voice/port/udp-socket.ts";

const AT = { host: "127.0.0.1", port: 0 };
const nothing = () => {};

/** A socket that tells what came, and the next thing that comes. */
async function heard() {
  const came: string[] = [];
  let go = nothing;
  const socket = await openUdpSocket(
    AT,
    (packet) => {
      came.push(packet.toString());
      go();
    },
    nothing,
  );
  const until = async (count: number) => {
    while (came.length < count) await new Promise<void>((done) => (go = done));
  };
  return { socket, came, until };
}
async function closedPort(): Promise<number> {
  const socket = await openUdpSocket(AT, nothing, nothing);
  socket.close();
  return socket.port;
}

test("datagrams for many reach them all in one turn, though some ports are closed", async () => {
  const sender = await openUdpSocket(AT, nothing, nothing);
  const ears = await Promise.all([heard(), heard(), heard()]);
  const dead = await Promise.all([closedPort(), closedPort()]);
  const to = ({ port }: Pick<UdpSocket, "port">, text: string): Datagrams => [Buffer.from(text), port, AT.host];
  for (let round = 0; round < 30; round++)
    sender.sendMany([
      ...to({ port: dead[0]! }, "nobody"),
      ...to(ears[0]!.socket, String(round)),
      ...to(ears[1]!.socket, String(round)),
      ...to({ port: dead[1]! }, "nobody"),
      ...to(ears[2]!.socket, String(round)),
    ]);
  for (let round = 30; round < 60; round++) {
    sender.send(Buffer.from("nobody"), dead[0]!, AT.host);
    for (const { socket } of ears) sender.send(Buffer.from(String(round)), socket.port, AT.host);
  }
  for (const { socket, came, until } of ears) {
    await until(60);
    expect(came).toEqual(Array.from({ length: 60 }, (_, n) => String(n)));
    socket.close();
  }
  sender.close();
});

test("what cannot be sent is dropped", async () => {
  const sender = await openUdpSocket(AT, nothing, nothing);
  sender.send(Buffer.alloc(70_000), 9, AT.host);
  sender.send(Buffer.alloc(10), 9, "::1");
  sender.sendMany([Buffer.alloc(70_000), 9, AT.host]);
  sender.sendMany([]);
  sender.close();
});

test("whoever fails at a datagram gets the next one all the same", async () => {
  const failures: unknown[] = [];
  const came = Promise.withResolvers<string>();
  const socket = await openUdpSocket(
    AT,
    (packet) => {
      if (packet[0] === 0) throw new Error("not this one");
      came.resolve(packet.toString());
    },
    (why) => void failures.push(why),
  );
  const sender = await openUdpSocket(AT, nothing, nothing);
  sender.send(Buffer.alloc(1), socket.port, AT.host);
  sender.send(Buffer.from("this one"), socket.port, AT.host);
  expect(await came.promise).toBe("this one");
  expect(failures).toEqual([new Error("not this one")]);
  socket.close();
  sender.close();
});
