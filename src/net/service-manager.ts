/** Tells the service manager how the server is (sd_notify(3)). Where there is none to tell, nothing happens. */
export interface ServiceManager extends Disposable {
  ready(status: string): void;
  reloading(): void;
  stopping(): void;
}

const SILENT: ServiceManager = { ready() {}, reloading() {}, stopping() {}, [Symbol.dispose]() {} };

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0o2_000_002;
const MSG_NOSIGNAL = 0x4000;
const CLOCK_MONOTONIC = 1;
const MUSL_ARCH: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

/**
 * With `NOTIFY_SOCKET` in the environment: messages to that socket, and a sign of life at half the interval that `WATCHDOG_USEC` asks for; a
 * server whose loop stands still gives none, and is restarted. Bun has no datagram sockets of the unix family, hence the C library.
 * @throws Error when the C library cannot be reached.
 */
export async function serviceManager(
  env: Readonly<Record<string, string | undefined>>,
  every: (ms: number, act: () => void) => () => void,
): Promise<ServiceManager> {
  const path = env["NOTIFY_SOCKET"];
  if (!path || process.platform !== "linux") return SILENT;
  const { dlopen, ptr } = await import("bun:ffi");
  const functions = {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    sendto: { args: ["i32", "ptr", "usize", "i32", "ptr", "u32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
    clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
  } as const;
  const open = () => {
    try {
      return dlopen("libc.so.6", functions);
    } catch {
      return dlopen(`libc.musl-${MUSL_ARCH[process.arch]}.so.1`, functions);
    }
  };
  const library = open();
  const { socket, sendto, close, clock_gettime } = library.symbols;
  const file = socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  const family = new Uint8Array(new Uint16Array([AF_UNIX]).buffer);
  // A name that begins with @ is abstract: it begins with NUL and does not end with it.
  const address = Buffer.concat([family, Buffer.from(path.startsWith("@") ? `\0${path.slice(1)}` : `${path}\0`)]);
  const say = (...lines: string[]) => {
    const message = Buffer.from(lines.join("\n"));
    sendto(file, ptr(message), message.length, MSG_NOSIGNAL, ptr(address), address.length);
  };
  /** Bun's own monotonic clock begins with the process; the manager compares with the machine's. */
  const microseconds = (): bigint => {
    const time = new BigInt64Array(2);
    clock_gettime(CLOCK_MONOTONIC, ptr(time));
    return time[0]! * 1_000_000n + time[1]! / 1000n;
  };
  const interval = Number(env["WATCHDOG_USEC"]) / 2000;
  const ours = env["WATCHDOG_PID"] === undefined || Number(env["WATCHDOG_PID"]) === process.pid;
  const rest = ours && interval >= 1 ? every(interval, () => say("WATCHDOG=1")) : () => {};
  return {
    ready: (status) => say("READY=1", `MAINPID=${process.pid}`, `STATUS=${status}`),
    reloading: () => say("RELOADING=1", `MONOTONIC_USEC=${microseconds()}`),
    stopping: () => say("STOPPING=1"),
    [Symbol.dispose]() {
      rest();
      close(file);
      library.close();
    },
  };
}
