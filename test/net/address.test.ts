import { describe, expect, test } from "bun:test";
import { Admission } from "../../src/net/admission.ts";
import { formatAddress, isPublic, isWithin, parseAddress, parseRange, subscriberOf } from "../../src/net/address.ts";
import { clientAddress, trustedProxies } from "../../src/net/client-address.ts";

const read = (text: string) => {
  const address = parseAddress(text);
  return address && formatAddress(address);
};

describe("an address", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["255.255.255.255", "255.255.255.255"],
    ["::", "::"],
    ["2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["::ffff:a00:1", "10.0.0.1"],
    ["64:ff9b::10.0.0.1", "64:ff9b::a00:1"],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
  ])("%s is read as %s", (text, meant) => {
    expect(read(text)).toBe(meant);
  });

  test.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "256.0.0.1",
    "01.2.3.4",
    "0x7f.0.0.1",
    "127.1",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "1::2::3",
    ":::",
    "12345::",
    "::1.2.3.4:5",
    "::g",
    "a.example",
    "1".repeat(100),
  ])("%p is none", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test("the public internet ends where a reserved range begins", () => {
    const isPublicText = (text: string) => isPublic(parseAddress(text)!);
    for (const text of [
      "8.8.8.8",
      "9.255.255.255",
      "11.0.0.0",
      "172.15.255.255",
      "172.32.0.0",
      "100.63.255.255",
      "100.128.0.0",
      "223.255.255.255",
      "2606:4700::1111",
      "2a00::1",
    ])
      expect([text, isPublicText(text)]).toEqual([text, true]);
    for (const text of [
      "10.255.255.255",
      "172.16.0.0",
      "172.31.255.255",
      "100.127.255.255",
      "224.0.0.0",
      "0.0.0.0",
      "::1",
      "fdff::1",
      "febf::1",
      "::ffff:192.168.1.1",
      "2002:a00:1::",
    ])
      expect([text, isPublicText(text)]).toEqual([text, false]);
  });
});

describe("a range", () => {
  test("holds its first and its last address and no neighbour", () => {
    const ranges = ["10.1.0.0/16", "192.0.2.7", "fd00::/8"].map(parseRange);
    const inside = (text: string) => isWithin(parseAddress(text)!, ranges);
    expect(
      ["10.1.0.0", "10.1.255.255", "192.0.2.7", "fd00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::ffff:10.1.2.3"].map(
        inside,
      ),
    ).toEqual(Array(6).fill(true));
    expect(["10.0.255.255", "10.2.0.0", "192.0.2.6", "fe00::", "::a01:203"].map(inside)).toEqual(Array(5).fill(false));
  });

  test("may be written with any address of it", () => {
    expect(parseRange("10.1.2.3/8")).toEqual(parseRange("10.0.0.0/8"));
    expect(isWithin(parseAddress("203.0.113.9")!, [parseRange("0.0.0.0/0")])).toBe(true);
  });

  test.each(["", "proxy", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "fd00::/129", "10.0.0.0/0x8"])(
    "%p is refused by name",
    (text) => {
      expect(() => parseRange(text)).toThrow(`"${text}" is not an address or a range of addresses`);
    },
  );
});

describe("the address of a client", () => {
  const PROXIES = trustedProxies(["127.0.0.1", "10.0.0.0/8", "2001:db8:ff::/48"]);
  const from = (peer: string, headers: Record<string, string>, trusted = PROXIES) =>
    clientAddress({ headers: new Headers(headers) }, peer, trusted);

  test("is the peer's when nobody is trusted, whatever the headers say", () => {
    expect(from("127.0.0.1", { "x-forwarded-for": "203.0.113.9", "cf-connecting-ip": "203.0.113.9" }, [])).toBe("127.0.0.1");
  });

  test("is the peer's when the peer is no proxy of ours", () => {
    expect(from("203.0.113.5", { "x-forwarded-for": "203.0.113.9", "cf-connecting-ip": "203.0.113.9" })).toBe("203.0.113.5");
  });

  test("is what the proxy saw, not what the client wrote before it", () => {
    expect(from("127.0.0.1", { "x-forwarded-for": "198.51.100.1, 203.0.113.9" })).toBe("203.0.113.9");
    expect(from("::ffff:127.0.0.1", { "x-forwarded-for": "127.0.0.1, 203.0.113.9, 10.2.3.4" })).toBe("203.0.113.9");
    expect(from("10.0.0.1", { "x-forwarded-for": "nonsense, 203.0.113.9" })).toBe("203.0.113.9");
  });

  test("ends at the nearest hop that can be read", () => {
    expect(from("127.0.0.1", { "x-forwarded-for": "203.0.113.9, unknown" })).toBe("127.0.0.1");
    expect(from("127.0.0.1", { "x-forwarded-for": "203.0.113.9, ?, 10.2.3.4" })).toBe("10.2.3.4");
    expect(from("127.0.0.1", {})).toBe("127.0.0.1");
  });

  test("may come with a port or in brackets, and is written one way", () => {
    expect(from("127.0.0.1", { "x-forwarded-for": "203.0.113.9:4711" })).toBe("203.0.113.9");
    expect(from("127.0.0.1", { "x-forwarded-for": "[2001:DB8::0:1]:4711" })).toBe("2001:db8::1");
    expect(from("2001:db8:ff::1", { "x-forwarded-for": "2001:db8::1" })).toBe("2001:db8::1");
  });

  test("comes from CF-Connecting-IP only where there is no X-Forwarded-For", () => {
    expect(from("127.0.0.1", { "cf-connecting-ip": "203.0.113.9" })).toBe("203.0.113.9");
    expect(from("127.0.0.1", { "cf-connecting-ip": "198.51.100.1", "x-forwarded-for": "203.0.113.9" })).toBe("203.0.113.9");
  });
});

describe("admission", () => {
  test("counts an IPv6 /64 as one, and an IPv4 address by itself however it is written", () => {
    expect(subscriberOf("2001:db8:0:1:aaaa::1")).toBe("2001:db8:0:1::/64");
    expect(subscriberOf("2001:db8:0:1::2")).toBe("2001:db8:0:1::/64");
    expect(subscriberOf("::ffff:192.0.2.7")).toBe("192.0.2.7");
  });

  test("gives the place of whoever left to the next, however their address is written", () => {
    const admission = new Admission({ total: 2, perSubscriber: 1 });
    expect(admission.enter("192.0.2.1")).toBeUndefined();
    expect(admission.enter("192.0.2.1")).toBe("too-many-from-here");
    expect(admission.enter("192.0.2.2")).toBeUndefined();
    expect(admission.enter("192.0.2.3")).toBe("full");
    admission.leave("::ffff:192.0.2.1");
    expect(admission.enter("192.0.2.3")).toBeUndefined();
    expect(admission.enter("192.0.2.1")).toBe("full");
  });

  test("takes nothing back from whom it gave nothing", () => {
    const admission = new Admission({ total: 1, perSubscriber: 1 });
    expect(admission.enter("192.0.2.1")).toBeUndefined();
    admission.leave("192.0.2.2");
    expect(admission.enter("192.0.2.3")).toBe("full");
  });
});
