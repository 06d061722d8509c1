// Takes datagrams and does nothing with them. Says its port.
import { stdout } from "node:process";

const socket = await Bun.udpSocket({ hostname: "127.0.0.1", port: 0, socket: { data() {}, error() {} } });
stdout.write(`${socket.port}\n`);
