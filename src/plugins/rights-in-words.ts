import type { Rights } from "../domain/plugins/plugin.ts";

/** What a plugin may do, one thing in each line. */
export function rightsInWords({ operations, events, hosts, storage, permissions, roles }: Rights): string[] {
  const listed = (what: string, names: readonly string[]) => (names.length > 0 ? [`${what} ${names.join(", ")}`] : []);
  return [
    ...listed("call and change", operations),
    ...listed("hear", events),
    ...listed("reach", hosts),
    ...(storage > 0
      ? [`keep ${storage >= 1_048_576 ? `${Math.ceil(storage / 1_048_576)} MiB` : `${Math.ceil(storage / 1024)} KiB`}`]
      : []),
    ...listed("act with", permissions),
    ...listed("hold the role", roles),
  ];
}
