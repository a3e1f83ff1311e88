/** Where a new token comes from when the present one is refused; set by whichever sign-in is in use. */
type Renew = () => Promise<string | null>;

let renew: Renew = () => Promise.resolve(null);
let renewing: Promise<string | null> | null = null;

export function setTokenSource(source: Renew): void {
  renew = source;
}

/** A new token, or null if the person has to sign in again. Callers at the same time share one renewal. */
export function renewToken(): Promise<string | null> {
  renewing ??= renew()
    .catch(() => null)
    .finally(() => {
      renewing = null;
    });
  return renewing;
}
