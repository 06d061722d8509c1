import { describe, expect, test } from "bun:test";
import { Reception, Renumbering } from "../../../src/voice/werift/numbering.ts";

describe("reception", () => {
  const counts = (...row: readonly (readonly [ssrc: number, sequence: number])[]) => {
    const reception = new Reception();
    for (const [ssrc, sequence] of row) reception.take(ssrc, sequence);
    return [reception.received, reception.lost];
  };
  test("gaps are lost, also over the end of the numbers", () => {
    expect(counts([1, 65_534], [1, 65_535], [1, 1], [1, 2])).toEqual([4, 1]);
  });
  test("what comes late was not lost, and what comes twice makes up for nothing", () => {
    expect(counts([1, 10], [1, 12], [1, 11])).toEqual([3, 0]);
    expect(counts([1, 10], [1, 10], [1, 10])).toEqual([3, 0]);
  });
  test("another source and a far jump begin anew, and what was lost before stays", () => {
    expect(counts([1, 10], [1, 13], [2, 500], [2, 502])).toEqual([4, 3]);
    expect(counts([1, 10], [1, 12], [1, 30_000], [1, 30_001])).toEqual([4, 1]);
  });
});

describe("renumbering", () => {
  const ann = {};
  const packet = (sequenceNumber: number, timestamp: number, ssrc = 1) => ({ ssrc, sequenceNumber, timestamp });
  test("the first source keeps its numbers, gaps and late ones", () => {
    const numbers = new Renumbering();
    for (const sequence of [65_535, 0, 3, 2]) expect(numbers.apply(ann, packet(sequence, 5))?.sequence).toBe(sequence);
  });
  test("the next source goes on where the former ended, and keeps its own gaps", () => {
    const numbers = new Renumbering();
    numbers.apply(ann, packet(100, 1000));
    const bob = {};
    expect(numbers.apply(bob, packet(40_000, 7_000_000))).toEqual({ sequence: 101, timestamp: 1960 });
    expect(numbers.apply(bob, packet(40_002, 7_001_920))).toEqual({ sequence: 103, timestamp: 3880 });
  });
  test("the same source with another SSRC, and after a far jump, goes on too", () => {
    const numbers = new Renumbering();
    numbers.apply(ann, packet(100, 1000));
    expect(numbers.apply(ann, packet(5, 5, 2))).toEqual({ sequence: 101, timestamp: 1960 });
    expect(numbers.apply(ann, packet(30_000, 0xff_ff_ff_ff, 2))).toEqual({ sequence: 102, timestamp: 2920 });
  });
  test("no number is given twice: not to what comes again, nor to what is late for a change of the source", () => {
    const numbers = new Renumbering();
    const given = (source: object, sequence: number) => numbers.apply(source, packet(sequence, 5))?.sequence;
    expect([100, 101, 101, 99, 100, 103, 102, 102].map((sequence) => given(ann, sequence))).toEqual([
      100,
      101,
      undefined,
      undefined,
      undefined,
      103,
      102,
      undefined,
    ]);
    const bob = {};
    expect([501, 500, 502, 499, 503].map((sequence) => given(bob, sequence))).toEqual([104, undefined, 105, undefined, 106]);
  });
});
