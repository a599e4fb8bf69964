/** A request exactly as it came over the wire: nothing decoded, nothing normalised. */
export type RawRequest = {
  readonly method: string;
  /** The request target of the request line, for example `/replenish/slot%201`. */
  readonly url: string;
  /** Names and values in turn, in the order and the spelling of the sender. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
};

/** Every value that was sent under a header name. Names compare without case (RFC 9110), values are verbatim. */
export function headerValues(request: RawRequest, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return request.rawHeaders.filter(
    (_, index, all) => index % 2 === 1 && all[index - 1]?.toLowerCase() === wanted,
  );
}
