import { join } from "node:path";
import { temporaryFolder } from "./folder.ts";
import { RawSocket } from "./raw-socket.ts";
import { type ServerProcess, startServer } from "./server.ts";

/** The compiled server with its WebSocket, its HTTP and its line chat open, in a folder of its own. */
export interface Doors extends AsyncDisposable {
  readonly server: ServerProcess;
  readonly http: string;
  /** Somebody at the door of the line chat. */
  line(): Promise<RawSocket>;
  /** A guest on the line chat, in the view of a room. */
  guest(name: string, room?: string): Promise<RawSocket>;
  run(...words: string[]): Promise<{ stdout: string; stderr: string; exit: number }>;
  /** Kills it, starts it again, and gives the new one. */
  killed(): Promise<Doors>;
}

export async function openDoors(binary: string, more: Readonly<Record<string, string>> = {}): Promise<Doors> {
  const folder = temporaryFolder();
  const env = {
    PATH: "/nonexistent",
    HOME: folder.path,
    CHAT_DATA: join(folder.path, "data"),
    CHAT_TCP_ENABLED: "true",
    CHAT_TCP_PORT: "0",
    CHAT_TCP_CONNECTION_TIMEOUT: "false",
    CHAT_RATE_LIMITING_ENABLED: "false",
    ...more,
  };
  const open = async (): Promise<Doors> => {
    const server = await startServer(binary, ["--log-format", "json"], { cwd: folder.path, env });
    await server.logged(`"event":"linechat.listening"`);
    const [, port] = /"linechat\.listening".*?"port":(\d+)/.exec(server.stderr())!;
    const line = () => RawSocket.connect(Number(port));
    return {
      server,
      http: server.url.replace(/^ws/, "http").replace(/\/$/, ""),
      line,
      async guest(name, room = "general") {
        const socket = await line();
        await socket.send(`${name}\n:join ${room}\n:chat\n`);
        await socket.until(`This is the beginning of #${room}.\r\n`);
        return socket;
      },
      async run(...words) {
        const child = Bun.spawn([binary, ...words], { cwd: folder.path, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
        const [stdout, stderr, exit] = await Promise.all([
          new Response(child.stdout).text(),
          new Response(child.stderr).text(),
          child.exited,
        ]);
        return { stdout, stderr, exit };
      },
      async killed() {
        server.signal("SIGKILL");
        await server.exited;
        return open();
      },
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        folder[Symbol.dispose]();
      },
    };
  };
  return open();
}
