import { createHmac } from "node:crypto";

import { startTokens, type TokenDoors } from "../../src/serve-tokens.ts";
import { RawSocket } from "./raw-socket.ts";
import { type SomeSettings, type TestApp, testApp } from "./world.ts";

export const SECRET = "a secret of more than thirty-two bytes";

/** Doors for tokens on a port of their own, with the clock of the test. */
export interface TokenScene extends AsyncDisposable {
  readonly app: TestApp;
  readonly doors: TokenDoors;
  connect(): Promise<RawSocket>;
}

export async function tokenScene(tokens: NonNullable<SomeSettings["tokens"]> = {}): Promise<TokenScene> {
  const app = await testApp({ tokens: { app_id: "skotos", app_secret: SECRET, port: 0, ...tokens } });
  const { kernel, community, log, clock } = app;
  const doors = await startTokens({ kernel, community, settings: kernel.world.settings.tokens, log, timers: clock });
  const sockets: RawSocket[] = [];
  return {
    app,
    doors,
    async connect() {
      const socket = await RawSocket.connect(doors.port!);
      sockets.push(socket);
      return socket;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.close();
      await doors[Symbol.asyncDispose]();
      await app[Symbol.asyncDispose]();
    },
  };
}

export interface Heard {
  readonly success: boolean;
  readonly message: string;
  readonly token: string;
  readonly time: number;
  readonly seq?: unknown;
}

/** The next answer; it must end in a newline and a NUL. */
export const heard = async (socket: RawSocket): Promise<Heard> => JSON.parse((await socket.until("\n\0")).slice(0, -1)) as Heard;

/** A request that is right, with changes; `undefined` takes a field out. */
export const request = (changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ cmd: "jwt_token", displayName: "Alice", channel: "tavern", moderator: false, validFor: 3600, ...changes });

/** Header and claims of an HS256 token whose signature holds, by RFC 7515 and node:crypto alone. */
export function opened(token: string, secret = SECRET): { header: Record<string, any>; claims: Record<string, any> } {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const wanted = createHmac("sha256", secret).update(`${header}.${claims}`).digest("base64url");
  if (signature !== wanted) throw new Error("the signature does not hold");
  const json = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Record<string, any>;
  return { header: json(header), claims: json(claims) };
}
