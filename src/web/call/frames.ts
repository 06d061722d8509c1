/** What the server says: one JSON object, of which nothing is believed before it was looked at. */
export type Frame = Readonly<Record<string, unknown>>;

/** Characters of a name or a sentence that are shown. */
const LONGEST = 500;

export const text = (value: unknown): string => (typeof value === "string" ? value.slice(0, LONGEST) : "");
export const list = (value: unknown, most: number): Frame[] =>
  Array.isArray(value) ? value.slice(0, most).filter(isObject) : [];
export const object = (value: unknown): Frame => (isObject(value) ? value : {});

const isObject = (value: unknown): value is Frame => typeof value === "object" && value !== null && !Array.isArray(value);

/** Undefined for what is no frame. */
export function frameIn(data: unknown): Frame | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
