// The floor of the line chat: a bare Bun.listen that hands every line to everybody, with the name before it, and does nothing else.
// `line-floor.ts gathering` hands the lines of a turn of the loop over together.
import type { Socket } from "bun";

const gathering = process.argv[2] === "gathering";
let waiting: string[] = [];
function hand(): void {
  const said = Buffer.from(waiting.join(""));
  waiting = [];
  for (const one of everybody) one.write(said);
}
const everybody = new Set<Socket<{ name: string; rest: string }>>();
const server = Bun.listen<{ name: string; rest: string }>({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    open(socket) {
      socket.data = { name: "", rest: "" };
    },
    data(socket, piece) {
      const lines = (socket.data.rest + piece.toString()).split("\n");
      socket.data.rest = lines.pop()!;
      for (const line of lines)
        if (socket.data.name === "") {
          socket.data.name = line;
          everybody.add(socket);
          socket.write("This is the beginning of #general.\r\n");
        } else if (!line.startsWith(":")) {
          const first = waiting.length === 0;
          waiting.push(`[${socket.data.name.padEnd(10)}]: ${line}\r\n`);
          if (!gathering) hand();
          else if (first) setImmediate(hand);
        }
    },
    close: (socket) => void everybody.delete(socket),
  },
});
process.stdout.write(`${server.port}\n`);
process.on("SIGTERM", () => process.exit());
