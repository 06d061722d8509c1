/** What the unit has to know. */
export interface UnitOptions {
  /** Absolute path of the program. */
  readonly program: string;
  /** Of the user's own service manager, not the machine's. */
  readonly user: boolean;
  /** Whether ports below 1024 are opened. */
  readonly lowPorts: boolean;
  /** What `chat serve` is started with. */
  readonly words: readonly string[];
}

export const UNIT_NAME = "chat.service";

/** Of no account and no other part of the system: what is left is the folder of its own and the network. */
const CONFINED = `
DynamicUser=yes
StateDirectory=chat
StateDirectoryMode=0700
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
RestrictNamespaces=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM`;

/**
 * A unit for systemd.service(5): told by the server when it is ready (sd_notify(3)), restarted when its loop stands still, and confined.
 * A start may take long after an update, when the database is brought forward: the manager does not end it for that.
 * `MemoryDenyWriteExecute` is missing because JavaScript is compiled while it runs.
 */
export function serviceUnit({ program, user, lowPorts, words }: UnitOptions): string {
  const capabilities = lowPorts
    ? "\nAmbientCapabilities=CAP_NET_BIND_SERVICE\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE"
    : "\nCapabilityBoundingSet=\nPrivateUsers=yes";
  return `[Unit]
Description=chat, a community server
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
Type=notify
ExecStart=${[program, "serve", ...words].map(quoted).join(" ")}
ExecReload=kill -HUP $MAINPID
Restart=on-failure
RestartSec=2
WatchdogSec=30
TimeoutStartSec=infinity
TimeoutStopSec=20
LimitNOFILE=65536
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes${user ? "" : `${CONFINED}${capabilities}`}

[Install]
WantedBy=${user ? "default.target" : "multi-user.target"}
`;
}

/** A word of a command line as systemd reads it (systemd.service(5), "Command lines"). */
function quoted(word: string): string {
  const plain = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w@%+=:,./$-]+$/.test(plain)
    ? plain
    : `"${plain.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll("\n", String.raw`\n`)}"`;
}
