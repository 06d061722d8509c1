/** Why a port, or the control socket, could not be opened; the message is a sentence with its remedy, fit for the terminal. */
export type ListenErrorCode = "port-in-use" | "port-forbidden" | "address-not-here" | "address-unknown" | "socket" | "unknown";

export class ListenError extends Error {
  override readonly name = "ListenError";
  readonly code: ListenErrorCode;

  constructor(code: ListenErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Which option opens another port: the sentence names it. */
export interface ListenWords {
  readonly portFlag: string;
  readonly hostFlag: string;
}

/** Turns what the system says about a failed `listen` into a `ListenError`. Works for `Bun.serve`, `Bun.listen` and `Bun.udpSocket` alike. */
export function listenError(
  cause: unknown,
  { hostname, port, udp = false }: { hostname: string; port: number; udp?: boolean },
  { portFlag, hostFlag }: ListenWords,
): ListenError {
  const where = `${udp ? "UDP port" : "Port"} ${port}`;
  const system = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  switch (system) {
    case "EADDRINUSE":
      return new ListenError(
        "port-in-use",
        `${where} is in use by another program: choose another with ${portFlag}, or stop it.`,
        cause,
      );
    case "EACCES":
    case "EPERM":
      return new ListenError(
        "port-forbidden",
        `${where} may not be opened by this user: choose one from 1024 up with ${portFlag}, or grant the right (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE).`,
        cause,
      );
    case "EMFILE":
    case "ENFILE":
      break;
    default:
      // A name that the resolver does not know comes with whatever the system said last, of anything.
      if (!/^[\d.]+$|:/.test(hostname))
        return new ListenError(
          "address-unknown",
          `The name ${hostname} leads to no address of this host: give an address with ${hostFlag}.`,
          cause,
        );
      if (system === "EINVAL" || system === "EADDRNOTAVAIL")
        return new ListenError(
          "address-not-here",
          `${hostname} is not an address of this host: give one of its own with ${hostFlag}, or 0.0.0.0 for all of them.`,
          cause,
        );
  }
  return new ListenError(
    "unknown",
    `${where} on ${hostname} could not be opened: ${cause instanceof Error ? cause.message : String(cause)}.`,
    cause,
  );
}
