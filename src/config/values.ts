import { isIP } from "node:net";

import { z } from "zod";

/** How many bytes. */
export const bytes = z.int().min(0);
export const port = z.int().min(0).max(65_535);
/** `127.0.0.1` or `10.0.0.0/8`. */
export const network = z.string().refine(
  (text) => {
    const [address = "", bits, rest] = text.split("/");
    const version = isIP(address);
    return (
      version > 0 &&
      rest === undefined &&
      (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
    );
  },
  { error: "an address or network like 127.0.0.1 or 10.0.0.0/8" },
);
