import { expect, test } from "bun:test";
import { bindingSuccess, isAuthentic, readBindingRequest, roleConflict, xorAddress } from "../../../src/voice/port/stun.ts";
import { bindingRequest } from "./stun-client.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ""), "hex");

// The messages of RFC 5769 §2.1 and §2.2, and the password they share.
const PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";
const TRANSACTION = hex("b7e7a701 bc34d686 fa87dfae");
const SAMPLE_REQUEST = hex(`00010058 2112a442 b7e7a701 bc34d686 fa87dfae
  80220010 5354554e 20746573 7420636c 69656e74
  00240004 6e0001ff 80290008 932ff9b1 51263b36
  00060009 6576746a 3a683676 59202020
  00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2
  80280004 e57a3bcf`);
const SAMPLE_RESPONSE = hex(`0101003c 2112a442 b7e7a701 bc34d686 fa87dfae
  8022000b 74657374 20766563 746f7220
  00200008 0001a147 e112a643
  00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
  80280004 c07d4c96`);

test("the sample request of RFC 5769 is read and proved", () => {
  const request = readBindingRequest(SAMPLE_REQUEST)!;
  expect(request).toMatchObject({ username: "evtj:h6vY", useCandidate: false, controlled: true });
  expect(request.transaction).toEqual(TRANSACTION);
  expect(isAuthentic(SAMPLE_REQUEST, request.integrityAt, PASSWORD)).toBe(true);
  expect(isAuthentic(SAMPLE_REQUEST, request.integrityAt, `${PASSWORD.slice(0, -1)}u`)).toBe(false);
});

test("no bit of a request can be changed", () => {
  for (let bit = 0; bit < SAMPLE_REQUEST.length * 8; bit++) {
    const changed = Buffer.from(SAMPLE_REQUEST);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    const request = readBindingRequest(changed);
    if (request && isAuthentic(changed, request.integrityAt, PASSWORD)) throw new Error(`bit ${bit} makes no difference`);
  }
});

test("a request that was cut off anywhere is none", () => {
  for (let length = 0; length < SAMPLE_REQUEST.length; length++)
    expect(readBindingRequest(SAMPLE_REQUEST.subarray(0, length))).toBeUndefined();
});

test("addresses are told as in the sample responses of RFC 5769", () => {
  expect(xorAddress(TRANSACTION, "192.0.2.1", 32_853)).toEqual(hex("0001a147 e112a643"));
  expect(xorAddress(TRANSACTION, "::ffff:192.0.2.1", 32_853)).toEqual(hex("0001a147 e112a643"));
  const v6 = hex("0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9");
  expect(xorAddress(TRANSACTION, "2001:db8:1234:5678:11:2233:4455:6677", 32_853)).toEqual(v6);
});

test("a response is sealed as the sample response is", () => {
  expect(isAuthentic(SAMPLE_RESPONSE, 48, PASSWORD)).toBe(true);
  const ours = bindingSuccess(TRANSACTION, "192.0.2.1", 32_853, PASSWORD);
  expect(ours.subarray(0, 2)).toEqual(hex("0101"));
  expect(ours.readUInt16BE(2)).toBe(ours.length - 20);
  expect(ours.subarray(20, 32)).toEqual(SAMPLE_RESPONSE.subarray(36, 48));
  expect(isAuthentic(ours, 32, PASSWORD)).toBe(true);
});

test("a check is read when it has all that ICE asks for", () => {
  const check = { username: "a:b", password: PASSWORD, transaction: TRANSACTION };
  expect(readBindingRequest(bindingRequest(check))).toMatchObject({ username: "a:b", useCandidate: true, controlled: false });
  expect(readBindingRequest(bindingRequest({ ...check, useCandidate: "late" }))).toMatchObject({ useCandidate: false });
  for (const lacking of [{ integrity: "none" }, { fingerprint: "none" }, { fingerprint: "wrong" }] as const)
    expect(readBindingRequest(bindingRequest({ ...check, ...lacking }))).toBeUndefined();
});

test("who claims our part is told so", () => {
  const conflict = roleConflict(TRANSACTION, PASSWORD);
  expect(conflict.subarray(0, 2)).toEqual(hex("0111"));
  expect(conflict.subarray(20, 28)).toEqual(hex("00090004 00000457"));
  expect(isAuthentic(conflict, 28, PASSWORD)).toBe(true);
});
