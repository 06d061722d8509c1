/** A function that calls `make` when it is first asked, and gives the same value ever after. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
