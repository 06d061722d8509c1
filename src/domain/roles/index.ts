export const operations = [] as const;
export const events = [] as const;
