import { EventEmitter } from "node:events";

import { type Instance, render } from "ink";
import type { ReactNode } from "react";

/** What a key sends. */
export const KEYS = {
  enter: "\r",
  escape: "\u001B",
  up: "\u001B[A",
  down: "\u001B[B",
  tab: "\t",
  backspace: "\u007F",
  end: "\u001B[F",
  home: "\u001B[H",
  ctrlC: "\u0003",
} as const;

class Output extends EventEmitter {
  readonly isTTY = true;
  frame = "";
  frames = 0;
  constructor(
    public columns: number,
    public rows: number,
  ) {
    super();
  }
  readonly write = (text: string): boolean => {
    // Ink also writes marks for the terminal, which are no frames.
    // oxlint-disable-next-line no-control-regex -- escape sequences are what is looked for
    if (!/^(\u001B\[[?<>=0-9;]*[a-zA-Z])*$/.test(text)) {
      this.frame = text.replace(/\n$/, "");
      this.frames += 1;
      this.emit("frame");
    }
    return true;
  };
}
class Input extends EventEmitter {
  readonly isTTY = true;
  #waiting: string | null = null;
  press(text: string): void {
    this.#waiting = text;
    this.emit("readable");
  }
  read(): string | null {
    const text = this.#waiting;
    this.#waiting = null;
    return text;
  }
  setEncoding(): void {}
  setRawMode(): void {}
  resume(): void {}
  pause(): void {}
  ref(): void {}
  unref(): void {}
}

/** A screen of any size with a keyboard, on which Ink draws whole frames. */
export class TestTerminal implements Disposable {
  readonly #output: Output;
  readonly #input = new Input();
  readonly #screen: Instance;
  constructor(node: ReactNode, columns: number, rows: number) {
    this.#output = new Output(columns, rows);
    this.#screen = render(node, {
      stdout: this.#output as never,
      stdin: this.#input as never,
      debug: true,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
    });
  }
  /** What is seen: lines without the space at their ends. */
  get frame(): string {
    return this.#output.frame
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n");
  }
  /** How often the screen was drawn. */
  get drawn(): number {
    return this.#output.frames;
  }
  get lines(): readonly string[] {
    return this.#output.frame.split("\n");
  }
  press(...keys: string[]): void {
    for (const key of keys) this.#input.press(key);
  }
  resize(columns: number, rows: number): void {
    Object.assign(this.#output, { columns, rows });
    this.#output.emit("resize");
  }
  /** Waits for a frame with this in it. */
  shows(text: string | RegExp): Promise<string> {
    const holds = () => (typeof text === "string" ? this.frame.includes(text) : text.test(this.frame));
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.#output.off("frame", look);
        resolve(this.frame);
      };
      this.#output.on("frame", look);
      look();
    });
  }
  [Symbol.dispose](): void {
    this.#screen.unmount();
  }
}
