import { expect, test } from "bun:test";
import { addressBytes, candidateAddresses, plainAddress } from "../../../src/voice/port/addresses.ts";

type Interfaces = NonNullable<Parameters<typeof candidateAddresses>[2]>;
const one = (address: string, internal = false) => ({
  address,
  internal,
  family: address.includes(":") ? ("IPv6" as const) : ("IPv4" as const),
  netmask: "",
  mac: "",
  cidr: null,
  ...(address.includes(":") && { scopeid: 0 }),
});
const MACHINE = {
  lo: [one("127.0.0.1", true), one("::1", true)],
  eth0: [one("192.0.2.10"), one("2001:db8::10"), one("fe80::10")],
} as Interfaces;
const ALONE = { lo: MACHINE["lo"] } as Interfaces;

test("clients are told the address that is listened on, and those of the router", () => {
  expect(candidateAddresses("192.0.2.10", [], MACHINE)).toEqual(["192.0.2.10"]);
  expect(candidateAddresses("192.0.2.10", ["203.0.113.7"], MACHINE)).toEqual(["192.0.2.10", "203.0.113.7"]);
  expect(candidateAddresses("192.0.2.10", ["192.0.2.10"], MACHINE)).toEqual(["192.0.2.10"]);
  expect(candidateAddresses("127.0.0.1", [], MACHINE)).toEqual(["127.0.0.1"]);
});

test("who listens everywhere is reached by every address that leads outside", () => {
  expect(candidateAddresses("0.0.0.0", [], MACHINE)).toEqual(["192.0.2.10"]);
  expect(candidateAddresses("::", [], MACHINE)).toEqual(["192.0.2.10", "2001:db8::10"]);
});

test("a machine that has nothing but itself tells its loopback", () => {
  expect(candidateAddresses("0.0.0.0", [], ALONE)).toEqual(["127.0.0.1"]);
  expect(candidateAddresses("::", [], ALONE)).toEqual(["127.0.0.1", "::1"]);
});

test("an IPv4 address is one also where an IPv6 socket saw it", () => {
  expect(plainAddress("::ffff:192.0.2.1")).toBe("192.0.2.1");
  expect(plainAddress("fe80::1%eth0")).toBe("fe80::1");
  expect(addressBytes("::ffff:192.0.2.1").toString("hex")).toBe("c0000201");
  expect(addressBytes("::1").toString("hex")).toBe("00000000000000000000000000000001");
  expect(addressBytes("2001:db8::ff00:42:8329").toString("hex")).toBe("20010db8000000000000ff0000428329");
});
