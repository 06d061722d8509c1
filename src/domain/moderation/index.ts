import { modlogRecorded } from "./modlog.ts";

export const operations = [] as const;
export const events = [modlogRecorded] as const;
