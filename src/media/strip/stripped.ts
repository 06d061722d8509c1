/**
 * A picture without what it says about its maker: place, time, camera, comments, previews, and whatever hangs behind its end.
 * Its pixels are untouched; its colour profile and which way is up stay.
 */
export interface Stripped {
  readonly bytes: Uint8Array;
  /** Pixels, the way up it is shown; 0 when the file does not say. */
  readonly width: number;
  readonly height: number;
  /** More than one frame, which re-encoding would lose. */
  readonly animated: boolean;
  /** A picture of its own with the first frame, where the decoder cannot read the whole. */
  readonly still?: Uint8Array;
}

/** `undefined`: this is not a whole file of that kind. */
export type Strip = (bytes: Uint8Array) => Stripped | undefined;

/** A file in more pieces than this is made to be slow to read, not to be looked at. */
export const MAX_PARTS = 50_000;

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = Buffer.concat(parts);
  return new Uint8Array(whole.buffer, whole.byteOffset, whole.byteLength);
}
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/** Up to `length` bytes as text, one letter a byte. */
export const letters = (bytes: Uint8Array, at: number, length: number): string =>
  Buffer.from(bytes.subarray(at, at + length)).toString("latin1");
