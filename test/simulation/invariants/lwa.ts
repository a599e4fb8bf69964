/** Once another refresh token is durable, the one before it is never sent again: using it could kill both. */
export function aReplacedRefreshTokenIsUsedNoMore(sent: string, durable: string): string | null {
  return sent === durable ? null : 'A refresh token was sent that is not the one on disk.';
}

/** Journal first: an access token is used only when the refresh token that came with it is safe. */
export function anAccessTokenHasItsRefreshTokenOnDisk(
  origin: string | null,
  hasHeld: ReadonlySet<string>,
): string | null {
  return origin === null || hasHeld.has(origin)
    ? null
    : 'An access token is used whose refresh token was never written.';
}

/** invalid_grant is for good: only another file, or another start, is a reason to ask again. */
export function nothingIsAskedAfterARevocation(wasTold: boolean): string | null {
  return wasTold ? 'A refresh token that Amazon called invalid was sent again.' : null;
}

/** A device that is registered has an access token before long, whatever was in the way before. */
export function aRegisteredDeviceHasAToken(
  sinceMs: number,
  boundMs: number,
  hasToken: boolean,
  nowMs: number,
): string | null {
  if (hasToken || nowMs - sinceMs <= boundMs) return null;
  return `For ${Math.round((nowMs - sinceMs) / 60_000)} min nothing has been in the way of an access token, and there is none.`;
}
