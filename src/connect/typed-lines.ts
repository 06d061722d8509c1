/** Characters of a line; what is beyond them is not kept. */
const LONGEST = 65_536;

/** Standard input by lines, as they are wanted; `stop` ends it although more could come. */
export class TypedLines implements AsyncIterable<string> {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  constructor(from: ReadableStream<Uint8Array>) {
    this.#reader = from.getReader();
  }
  async *[Symbol.asyncIterator](): AsyncIterator<string> {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop()!.slice(0, LONGEST);
      for (const line of lines) yield line.replace(/\r$/, "").slice(0, LONGEST);
    }
    if (rest) yield rest;
  }
  async stop(): Promise<void> {
    await this.#reader.cancel();
  }
}
