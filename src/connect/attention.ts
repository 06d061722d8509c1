/** What terminals send when their window gets the keyboard, and when another does (xterm's mode 1004). */
// oxlint-disable-next-line no-control-regex -- escape sequences are what is looked for
const FOCUS = /\u001B\[([IO])/g;
export const TELL_FOCUS = "\u001B[?1004h";
export const TELL_NO_FOCUS = "\u001B[?1004l";

/** The keys of a terminal without what it says of its window, which is told: Ink, which reads them, would drop it. */
export function attentive<In extends { read(): string | Buffer | null }>(stdin: In, tell: (away: boolean) => void): In {
  const read = (): string | Buffer | null => {
    for (;;) {
      const chunk = stdin.read();
      if (typeof chunk !== "string") return chunk;
      const last = [...chunk.matchAll(FOCUS)].at(-1);
      if (last) tell(last[1] === "O");
      const keys = chunk.replace(FOCUS, "");
      if (keys) return keys;
    }
  };
  return new Proxy(stdin, {
    get(target, name) {
      if (name === "read") return read;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
