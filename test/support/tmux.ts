/** Whether there is a tmux here that can be driven. */
export const hasTmux = Bun.which("tmux") !== null;

/** A real terminal, seen as text: a tmux server of its own with one window. */
export class TmuxScreen implements AsyncDisposable {
  readonly #name = `chat-test-${process.pid}-${Bun.randomUUIDv7().slice(-6)}`;
  readonly #looking = new Set<() => void>();
  #control: Bun.PipedSubprocess | undefined;

  static async open(
    command: readonly string[],
    { columns, rows, env }: { columns: number; rows: number; env: Readonly<Record<string, string>> },
  ): Promise<TmuxScreen> {
    const screen = new TmuxScreen();
    const words = ["-u", "-f", "/dev/null", "new-session", "-d", "-x", String(columns), "-y", String(rows)];
    await screen.#tmux([
      ...words,
      ...Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]),
      "--",
      ...command,
    ]);
    // In control mode tmux says when something was drawn.
    screen.#control = Bun.spawn(["tmux", "-L", screen.#name, "-C", "attach-session", "-f", "ignore-size"], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    void screen.#listen(screen.#control.stdout);
    return screen;
  }

  async #listen(from: ReadableStream<Uint8Array>): Promise<void> {
    for await (const _ of from) for (const look of this.#looking) look();
  }
  async #tmux(words: readonly string[]): Promise<string> {
    const run = Bun.spawn(["tmux", "-L", this.#name, ...words], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    const [out, complaint, code] = await Promise.all([
      new Response(run.stdout).text(),
      new Response(run.stderr).text(),
      run.exited,
    ]);
    if (code !== 0) throw new Error(`tmux ${words[0]}: ${complaint}`);
    return out;
  }

  /** What is on the screen, a line each. */
  async frame(): Promise<string> {
    return this.#tmux(["capture-pane", "-p"]);
  }
  /** Waits until the screen holds this. */
  async shows(text: string | RegExp): Promise<string> {
    for (;;) {
      const drawn = Promise.withResolvers<void>();
      this.#looking.add(drawn.resolve);
      const frame = await this.frame();
      if (typeof text === "string" ? frame.includes(text) : text.test(frame)) {
        this.#looking.delete(drawn.resolve);
        return frame;
      }
      await drawn.promise;
      this.#looking.delete(drawn.resolve);
    }
  }
  /** Keys by tmux's names (`Enter`, `Down`, `C-c`), or letters. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux(["send-keys", ...keys]);
  }
  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux(["resize-window", "-x", String(columns), "-y", String(rows)]);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux(["kill-server"]).catch(() => {});
    await this.#control?.exited;
  }
}
