import type { LineSession } from "../../src/wire/linechat/session.ts";
import { Telnet } from "../../src/wire/linechat/telnet.ts";
import type { TestApp } from "./world.ts";

/** One person on the line chat without a socket: what their terminal was sent, and a way to wait until all of it is there. */
export class LineClient {
  #heard = "";
  readonly #decoder = new TextDecoder();
  closed = false;
  paused = false;
  readonly session: LineSession;

  constructor(
    private readonly app: TestApp,
    readonly name: string,
    address = "192.0.2.1",
  ) {
    const shown = new Telnet({
      text: (bytes) => void (this.#heard += this.#decoder.decode(bytes, { stream: true })),
      negotiated: () => {},
      size: () => {},
      answer: () => {},
    });
    this.session = app.linechat.connect({
      address,
      send: (bytes) => shown.feed(bytes),
      pause: () => void (this.paused = true),
      resume: () => void (this.paused = false),
      end: () => {
        this.closed = true;
        void this.leave();
      },
    });
  }

  /** Signed in under the name as a guest; what was shown meanwhile is forgotten. */
  static async guest(app: TestApp, name: string, room?: string): Promise<LineClient> {
    const client = new LineClient(app, name);
    client.type(name);
    if (room) for (const line of [`:join ${room}`, ":chat"]) client.type(line);
    await client.arrived();
    if (client.session.actor.kind !== "user") throw new Error(`${name} could not come in`);
    return client;
  }

  type(line: string): void {
    this.bytes(`${line}\n`);
  }
  bytes(bytes: string | Uint8Array): void {
    this.session.receive(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
  }
  /** Waits until everything typed is answered, and gives what was sent since it was last asked, as it stands. */
  async heard(): Promise<string> {
    for (let round = 0; round < 2; round++) {
      await this.session.settled();
      await this.app.linechat.settled();
      await this.app.hub.settled();
      await new Promise((go) => setImmediate(go));
    }
    const heard = this.#heard;
    this.#heard = "";
    return heard;
  }
  /** The same as lines, without prompts and empty lines. */
  async arrived(): Promise<string[]> {
    return (await this.heard())
      .split("\n")
      .map((line) =>
        line
          .replaceAll("\r", "")
          .replace(/^(?:(?:\[(?:room|dm)\/[^\]]*\])?> )+/, "")
          .trimEnd(),
      )
      .filter((line) => line !== "");
  }
  async leave(): Promise<void> {
    this.app.linechat.closed(this.session);
    await this.app.linechat.settled();
  }
}
