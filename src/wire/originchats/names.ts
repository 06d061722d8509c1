import type { Speaker } from "../../domain/users/user.ts";

/** Local accounts bear the prefix by which the web client knows them (reference/originchats.md §1.5). */
const LOCAL = "USR:local_";

/** Users are addressed by username everywhere on this wire. */
export const username = ({ realm, name }: Speaker): string => (realm === "local" ? LOCAL + name : name);

/** Where this wire wants an id (reference/originchats.md §0.3), a local account's is its username. */
export const userId = (who: Speaker): string => (who.realm === "local" ? LOCAL + who.name : who.id);
