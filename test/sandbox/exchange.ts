import { type Answer, drsError, drsResult, invalidToken, lwaError } from './answer.ts';
import type { SandboxCall } from './calls.ts';
import { answerDrs, type DrsService } from './drs-server.ts';
import { type FaultQueue, faultMoment } from './faults.ts';
import { checkByTheLetter } from './letter-check.ts';
import { answerTokenRequest, type LwaService } from './lwa-server.ts';
import type { RawRequest } from './raw-request.ts';
import type { Recorder } from './recorder.ts';
import { spoil, type Wire } from './spoil.ts';
import { readTokenForm } from './token-form.ts';

export type ExchangeOptions = {
  /** True records deviations from the letter but serves what can be served. */
  readonly lenient: boolean;
  readonly drs: DrsService;
  readonly lwa: LwaService;
  readonly faults: FaultQueue;
  readonly recorder: Recorder;
  /** How many orders were ever recorded; tells whether a request added one. */
  readonly purchaseCount: () => number;
  /** Resolves after a fault's delay. */
  readonly wait: (delayMs: number) => Promise<void>;
};

/** A request that was understood: either it is refused at once, or `run` lets it take effect. */
type Understood = {
  readonly call: SandboxCall | null;
  readonly slotId: string | null;
  readonly violations: readonly string[];
  readonly refusal: Answer | null;
  readonly run: () => Answer;
};

/** Takes a request from its arrival to what is to happen on its connection. Faults strike only right requests. */
export async function exchange(
  request: RawRequest,
  clientPort: number,
  options: ExchangeOptions,
): Promise<Wire> {
  const understood = request.url.toLowerCase().startsWith('/auth/')
    ? understandToken(request, options)
    : understandDrs(request, options);
  const { call, slotId, violations, refusal } = understood;
  const fault = refusal === null && call !== null ? options.faults.take(call, slotId) : null;
  const finish = options.recorder.arrive(request, clientPort, {
    call,
    slotId,
    violations,
    fault: fault?.kind ?? null,
  });
  if (fault === null || call === null) {
    const before = options.purchaseCount();
    const answer = refusal ?? understood.run();
    finish({ orderRecorded: options.purchaseCount() > before, answer });
    return { kind: 'answer', answer };
  }
  const strikesBefore = faultMoment(fault) === 'before-order';
  if (strikesBefore && fault.delayMs !== undefined) await options.wait(fault.delayMs);
  const before = options.purchaseCount();
  // A mere delay before the order still lets it happen: late, as when the way to the service is slow.
  const right = strikesBefore && fault.kind !== 'delay' ? drsResult('OK', '', {}) : understood.run();
  const wire = spoil(right, fault, call);
  finish({
    orderRecorded: options.purchaseCount() > before,
    answer: 'answer' in wire ? wire.answer : null,
  });
  if (!strikesBefore && fault.delayMs !== undefined) await options.wait(fault.delayMs);
  return wire;
}

function understandDrs(request: RawRequest, options: ExchangeOptions): Understood {
  const checked = checkByTheLetter(request);
  const { rule, token, violations } = checked;
  const device = token === null ? null : options.lwa.tokens.deviceOf(token, options.lwa.nowMs());
  return {
    call: rule?.call ?? null,
    slotId: checked.params.get('slotId') ?? null,
    violations,
    refusal: refuse(),
    run: () => (rule && device ? answerDrs(rule, checked, device, options.drs) : invalidToken()),
  };

  function refuse(): Answer | null {
    const complaint = drsError(400, `Not by the letter: ${violations.join('; ')}.`);
    if (rule === null) return complaint;
    // The service's own word for a missing token comes before anything the sandbox adds.
    if (token === null) return invalidToken();
    if (violations.length > 0 && !options.lenient) return complaint;
    return device === null ? invalidToken() : null;
  }
}

function understandToken(request: RawRequest, options: ExchangeOptions): Understood {
  const form = readTokenForm(request);
  const { violations } = form;
  const refused = violations.length > 0 && !options.lenient;
  return {
    call: 'token',
    slotId: null,
    violations,
    refusal: refused
      ? lwaError(400, 'invalid_request', `Not by the letter: ${violations.join('; ')}.`)
      : null,
    run: () => answerTokenRequest(form, options.lwa),
  };
}
