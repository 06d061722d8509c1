import { z } from "zod";
import type { AcmeFolder } from "./acme-folder.ts";
import type { Directory } from "./directory.ts";
import { AcmeBroken } from "./problem.ts";

/** Makes the account known to the directory, or the directory's name for it known here (RFC 8555 §7.3). To be called only when its terms are agreed to. */
export async function signIn(directory: Directory, folder: AcmeFolder, email: string): Promise<void> {
  const contact = email === "" ? [] : [`mailto:${email}`];
  const known = await folder.account();
  directory.account = known?.url;
  if (known?.email === email) return;
  if (known !== undefined) await directory.post(known.url, z.unknown(), { contact });
  else {
    // For a key that it knows, the directory answers with the account there is.
    const { location } = await directory.post(directory.endpoints.newAccount, z.unknown(), {
      termsOfServiceAgreed: true,
      contact,
    });
    if (location === undefined) throw new AcmeBroken("it did not say where the account is");
    directory.account = location;
  }
  await folder.keepAccount({ url: directory.account!, email });
}
