/** What an operator should know before choosing this engine; the server prints them when it is chosen. */
export const WERIFT_GAPS: readonly string[] = [
  "Each connection takes a UDP port of its own, two a person: all from the set port upwards have to be open, as many as connections may be.",
  "It listens with IPv4 or with IPv6, as the host it is given, not with both; and there is no ICE over TCP and no TURN.",
  "The certificate by which a client proves itself is compared with its offer, but the signature made with it is not verified (werift 0.25.2): who can change packets on the way could take a client's place in a call.",
  "Packets of media that were recorded on the way and sent again are not recognised (no replay protection in SRTP).",
  "Clients are asked for consent at the addresses they name in their offer, which lets a member of a call have small packets sent to an address of their choice.",
  "A client whose address changes during a call is not followed: it has to connect again.",
  "It costs more than twice the processor time and memory of the engine `port`.",
];
