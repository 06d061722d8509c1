import { http } from "../../src/wire/originchats/http.ts";
import { type Frame, type TestClient, TestDoor } from "./originchats.ts";
import { giveRole } from "./roles.ts";
import { type SomeSettings, type TestApp, testApp } from "./world.ts";
import type { Parts } from "../../src/app.ts";

export interface Uploader extends TestClient {
  /** What `ready` gave. */
  readonly token: string;
}
export interface FilesScene {
  readonly app: TestApp;
  readonly door: TestDoor;
  ask(
    method: string,
    path: string,
    given?: { headers?: Record<string, string>; body?: BodyInit; address?: string },
  ): Promise<Response>;
  /** Somebody signed in with these roles besides. */
  member(name: string, ...roles: string[]): Promise<Uploader>;
  /** As the web client uploads: base64 in JSON. */
  upload(by: Pick<Uploader, "token">, bytes: Uint8Array, more?: Record<string, unknown>): Promise<Response>;
  /** The id of an upload that succeeds. */
  uploaded(by: Pick<Uploader, "token">, bytes: Uint8Array, more?: Record<string, unknown>): Promise<string>;
  sweep(): Promise<Record<string, number>>;
}

/** A chat with its HTTP, as `http://chat.test`, and people who can upload there. */
export async function filesScene(settings: SomeSettings = {}, parts: Partial<Parts> = {}): Promise<FilesScene> {
  const app = await testApp({ ...settings, attachments: { uploads_per_minute: 1000, ...settings.attachments } }, parts);
  const door = new TestDoor(app);
  const answer = http(app.kernel, app.community);
  const scene: FilesScene = {
    app,
    door,
    ask: (method, path, { headers = {}, body, address = "192.0.2.9" } = {}) =>
      answer(new Request(`http://chat.test${path}`, { method, headers, ...(body !== undefined && { body }) }), { address }),
    async member(name, ...roles) {
      const client = door.connect(name);
      const credentials = { username: name, password: `secret of ${name}` };
      const ready = ({ cmd }: Frame) => cmd === "ready";
      const token: string =
        (await client.ask({ cmd: "login", ...credentials })).find(ready)?.["validator"] ??
        (await client.ask({ cmd: "register", ...credentials })).find(ready)!["validator"];
      for (const role of roles) await giveRole(app, name, role);
      return Object.assign(client, { token });
    },
    upload: (by, bytes, more = {}) =>
      scene.ask("POST", "/attachments/upload", {
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          validator_key: "originChats-key",
          validator: by.token,
          file: Buffer.from(bytes).toString("base64"),
          name: "a.png",
          mime_type: "image/png",
          channel: "general",
          ...more,
        }),
      }),
    async uploaded(by, bytes, more) {
      const response = await scene.upload(by, bytes, more);
      const answered: any = await response.json();
      if (response.status !== 201) throw new Error(`${response.status} ${JSON.stringify(answered)}`);
      return answered.attachment.id;
    },
    async sweep() {
      const { sweepRetention } = await import("../../src/domain/retention/sweep-retention.ts");
      const { consoleActor } = await import("../../src/app.ts");
      return (await app.kernel.invoke(sweepRetention, consoleActor(app.community.id), {})) as never;
    },
  };
  return scene;
}

/** The error of an answer, with its status. */
export const told = async (response: Response): Promise<readonly [number, string]> => [
  response.status,
  ((await response.json()) as { error: string }).error,
];
