/** One HTTP request to DRS, or to Login with Amazon, as it goes on the wire. */
export type DrsRequest = {
  readonly method: 'POST' | 'GET' | 'DELETE';
  /** Percent-encoded, with the base URL's own path in front. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Default none. */
  readonly body?: string;
};

const TYPE_PREFIX = 'com.amazon.dash.replenishment.';

/**
 * The Replenish call: `POST /replenish/{slotId}`, no body (docs/dash/replenish-endpoint.html).
 * The slot id is any string and goes percent-encoded; the token goes raw, `|` and all (docs/dash/api-overview.html).
 *
 * @param basePath path of the configured base URL without a slash at its end; '' for Amazon's own.
 */
export function replenishRequest(basePath: string, slotId: string, accessToken: string): DrsRequest {
  return {
    method: 'POST',
    path: `${basePath}/replenish/${encodeURIComponent(slotId)}`,
    headers: {
      Authorization: `Bearer ${accessToken}`,
      'x-amzn-type-version': `${TYPE_PREFIX}DrsReplenishInput@1.0`,
      'x-amzn-accept-type': `${TYPE_PREFIX}DrsReplenishResult@1.0`,
    },
  };
}

/** The path of a base URL in the form that `replenishRequest` takes. */
export function basePathOf(url: string): string {
  return new URL(url).pathname.replace(/\/+$/, '');
}
