import { enterAsGuest } from "./enter-as-guest.ts";
import { leaveAsGuest, sweepGuests } from "./leave-as-guest.ts";

export const operations = [enterAsGuest, leaveAsGuest, sweepGuests] as const;
