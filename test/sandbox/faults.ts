import type { SandboxCall } from './calls.ts';

/** What goes wrong. */
export type FaultKind =
  /** Nothing but `delayMs`. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** The connection ends without an answer: by FIN, by RST, or never. */
  | { readonly kind: 'drop' | 'reset' | 'hang'; readonly when: FaultMoment }
  /** An error, or a redirect when `location` is given. */
  | {
      readonly kind: 'status';
      readonly status: number;
      /** The error's text. */
      readonly message?: string;
      /** The error's code, on the token endpoint only. */
      readonly error?: string;
      /** Retry-After as seconds. */
      readonly retryAfterS?: number;
      /** Retry-After as an HTTP date this far from now. */
      readonly retryAfterDateMs?: number;
      readonly location?: string;
    }
  /** A page for people, as a proxy sends. */
  | { readonly kind: 'html'; readonly status?: 200 | 500 }
  /** Declares more bytes than it sends, then closes. */
  | { readonly kind: 'truncated' }
  /** `malformed` is broken JSON of the declared length. */
  | { readonly kind: 'malformed' | 'empty' | 'no-instance-id' | 'invalid-token' }
  | { readonly kind: 'detail-code'; readonly detailCode: string }
  /** An eventInstanceId of this many characters. */
  | { readonly kind: 'instance-id'; readonly length: number }
  /** Status line, headers and body byte by byte. */
  | { readonly kind: 'trickle'; readonly intervalMs?: number }
  /** A right answer with a member that makes the body this long. */
  | { readonly kind: 'huge'; readonly bytes?: number }
  /** Any answer at all. */
  | {
      readonly kind: 'verbatim';
      readonly body: string;
      readonly status?: number;
      readonly contentType?: string;
    };

/** Whether the fault strikes before the call took effect (an order was recorded) or after. */
export type FaultMoment = 'before-order' | 'after-order';

/** Whom it strikes, and how often. */
export type FaultScope = {
  /** Default `replenish`. */
  readonly call?: SandboxCall | 'any';
  /** Only this slot; default all. */
  readonly slotId?: string;
  /** Default 1. */
  readonly times?: number | 'always';
  /** Default: errors strike before the order, spoilt successes and delays after it. */
  readonly when?: FaultMoment;
  /** Extra wait at that moment. */
  readonly delayMs?: number;
};

export type Fault = FaultKind & FaultScope;

/** Faults that wait for their request. */
export type FaultQueue = {
  add(fault: Fault): void;
  /** The oldest fault that fits the request; counts it down. */
  take(call: SandboxCall, slotId: string | null): Fault | null;
  clear(): void;
};

export function createFaultQueue(): FaultQueue {
  let waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      const { times = 1 } = fault;
      waiting.push({ fault, left: times === 'always' ? Number.POSITIVE_INFINITY : times });
    },
    take(call, slotId) {
      const entry = waiting.find(({ fault }) => fits(fault, call, slotId));
      if (entry === undefined) return null;
      entry.left -= 1;
      if (entry.left <= 0) waiting = waiting.filter((other) => other !== entry);
      return entry.fault;
    },
    clear() {
      waiting = [];
    },
  };
}

/** When the fault strikes, with the default of its kind. */
export function faultMoment(fault: Fault): FaultMoment {
  if (fault.when !== undefined) return fault.when;
  const isError =
    fault.kind === 'status' ||
    fault.kind === 'invalid-token' ||
    ((fault.kind === 'html' || fault.kind === 'verbatim') && (fault.status ?? 200) >= 300);
  return isError ? 'before-order' : 'after-order';
}

function fits(fault: Fault, call: SandboxCall, slotId: string | null): boolean {
  const { call: wanted = 'replenish' } = fault;
  if (wanted !== 'any' && wanted !== call) return false;
  return fault.slotId === undefined || fault.slotId === slotId;
}
