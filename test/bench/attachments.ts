import { randomBytes } from "node:crypto";
import { png } from "../support/pictures.ts";
import { SocketClient } from "../support/server.ts";
import type { Figure } from "./figures.ts";
import { median, residentBytes } from "./machine.ts";
import type { Loader, Target } from "./parties.ts";

const FILE = 8 * 1024 * 1024;
const FILES = 24;
const AT_ONCE = 4;
const ROUNDS = 3;
const PICTURES = 24;

/** So many, a few at a time. Seconds for all. */
async function timed(count: number, act: (n: number) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < count; n = next++) await act(n);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (performance.now() - began) / 1000;
}

async function expectStatus(status: number, asked: Promise<Response>): Promise<Uint8Array> {
  const response = await asked;
  if (response.status !== status)
    throw new Error(`${response.status} instead of ${status}: ${(await response.text()).slice(0, 200)}`);
  return response.bytes();
}

/** Files up and down, beside a server that writes and reads them and does nothing else; and how long nobody else is answered meanwhile. */
export async function attachments(chat: Target, floor: Target, password: string, other: Loader): Promise<Figure[]> {
  const [ours, theirs] = [`http://127.0.0.1:${chat.port}`, `http://127.0.0.1:${floor.port}`];
  const socket = await SocketClient.connect(`ws://127.0.0.1:${chat.port}`);
  socket.send({ cmd: "login", username: "bench0", password });
  const token: string = (await socket.frame(({ cmd }) => cmd === "ready"))["validator"];
  // As every sound does; what follows is no two times the same.
  const file = Buffer.concat([Buffer.from("ID3\x04\0\0\0\0\0\0", "latin1"), randomBytes(FILE - 10)]);
  const own = (n: number) => Buffer.concat([file.subarray(0, 100), Buffer.from(String(n).padStart(20)), file.subarray(120)]);
  let n = 0;
  /** Each upload from an address of its own: the bench is not about limits by address. */
  const elsewhere = () => ({ "x-forwarded-for": `10.9.${n >> 8}.${n & 255}` });
  const raw = async (body: Uint8Array<ArrayBuffer>, name: string) =>
    JSON.parse(
      Buffer.from(
        await expectStatus(
          201,
          fetch(`${ours}/attachments/upload?channel=live&name=${name}`, {
            method: "POST",
            headers: { authorization: `Bearer ${token}`, ...elsewhere() },
            body,
          }),
        ),
      ).toString(),
    ).attachment.id as string;
  const json = async (body: Uint8Array) =>
    expectStatus(
      201,
      fetch(`${ours}/attachments/upload`, {
        method: "POST",
        headers: { "content-type": "application/json", ...elsewhere() },
        body: JSON.stringify({
          validator: token,
          file: Buffer.from(body).toString("base64"),
          name: "a.mp3",
          mime_type: "audio/mpeg",
          channel: "live",
        }),
      }),
    );
  const megabytes = (FILE * FILES) / 1e6;
  const rate = async (act: () => Promise<unknown>) => {
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) rates.push(megabytes / (await timed(FILES, act)));
    return median(rates);
  };

  const before = residentBytes(chat.pid);
  const up = await rate(() => raw(own(++n), "a.mp3"));
  const grown = (residentBytes(chat.pid) - before) / 1e6;
  const upFloor = await rate(() => expectStatus(200, fetch(`${theirs}/file`, { method: "POST", body: own(++n) })));
  const uploading = new AbortController();
  const pauses: number[] = [];
  const pinging = (async () => {
    while (!uploading.signal.aborted) {
      pauses.push(...(await other.do({ job: "ask", frame: { cmd: "ping" }, answer: `"pong"`, times: 50 })).times);
    }
  })();
  const upJson = await rate(() => json(own(++n)));
  uploading.abort();
  await pinging;
  const id = await raw(own(++n), "down.mp3");
  const down = await rate(() => expectStatus(200, fetch(`${ours}/attachments/${id}`)));
  const downFloor = await rate(() => expectStatus(200, fetch(`${theirs}/file`)));
  const photos: Uint8Array<ArrayBuffer>[] = await Promise.all(
    Array.from({ length: PICTURES }, (_, at) =>
      new Bun.Image(png(1600 + at, 1200))
        .jpeg({ quality: 90 })
        .bytes()
        .then((bytes) => new Uint8Array(bytes)),
    ),
  );
  const shown = PICTURES / (await timed(PICTURES, (at) => (++n, raw(photos[at]!, "a.jpg"))));
  socket.socket.close();
  const many = `${AT_ONCE} at once, 8 MiB each`;
  return [
    { name: `attachments up, ${many}`, unit: "MB/s", chat: up, floor: upFloor, note: "chat flushes each to the disk" },
    { name: "memory grown by that", unit: "MB", chat: grown },
    { name: `attachments up in base64, ${many}`, unit: "MB/s", chat: upJson, floor: upFloor },
    { name: "longest silence for others meanwhile", unit: "ms", chat: Math.max(...pauses) },
    { name: `attachments down, ${many}`, unit: "MB/s", chat: down, floor: downFloor },
    { name: "photographs of two megapixels taken in", unit: "/s", chat: shown },
  ];
}
