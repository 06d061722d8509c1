import { expect, test } from "bun:test";
import { loadWerift } from "../../../src/voice/werift/load-werift.ts";

const { UdpTransport } = await loadWerift();
const interfaceAddresses = { udp4: "127.0.0.1" };

test("what the system says of a port that nobody listens at is not thrown", async () => {
  const transport = await UdpTransport.init("udp4", { interfaceAddresses });
  expect(transport.socket.emit("error", new Error("recvmsg ECONNREFUSED"))).toBe(true);
  await transport.close();
});

test("a port that is taken is told, and not waited for", async () => {
  const transport = await UdpTransport.init("udp4", { interfaceAddresses });
  const { port } = transport.socket.address();
  await expect(UdpTransport.init("udp4", { port, interfaceAddresses })).rejects.toMatchObject({ code: "EADDRINUSE" });
  await transport.close();
});
