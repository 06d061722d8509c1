/** Below the ports that systems give out by themselves: one of those may be given to another test before it is opened here. */
const [LOWEST, HIGHEST] = [10_000, 32_000];
const given = new Set<number>();

/** A port of this machine that nobody has, for what must be told its port before it opens it. */
export function freePort(): number {
  for (;;) {
    const port = LOWEST + (crypto.getRandomValues(new Uint32Array(1))[0]! % (HIGHEST - LOWEST));
    if (given.has(port)) continue;
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
    } catch {
      continue;
    }
    given.add(port);
    return port;
  }
}
