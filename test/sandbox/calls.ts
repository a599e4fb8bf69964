/** The calls of the DRS REST API, as the sandbox names them in records and faults. */
export type DrsCall =
  | 'replenish'
  | 'slotStatus'
  | 'deviceStatus'
  | 'subscriptionInfo'
  | 'getOrderInfo'
  | 'cancelTestOrder'
  | 'cancelTestOrders'
  | 'deregister'
  | 'deregisterV1';

/** All that the sandbox answers; `token` is the token endpoint of Login with Amazon. */
export type SandboxCall = DrsCall | 'token';

export type CallRule = {
  readonly call: DrsCall;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path without the leading slash; segments in braces are parameters. */
  readonly path: string;
  readonly inputType: string;
  /** Result versions that may be asked for; the first is taken when leniency lets a wrong one pass. */
  readonly resultTypes: readonly string[];
  readonly hasBody: boolean;
  /** Reason phrase of the documented success status line. */
  readonly reason: 'OK' | 'Accepted';
};

export const TYPE_PREFIX = 'com.amazon.dash.replenishment.';

/** Method, path and type versions of every call, to the letter of the API's pages. */
export const CALL_RULES: readonly CallRule[] = [
  rule('replenish', 'POST', 'replenish/{slotId}', 'DrsReplenishInput@1.0', ['DrsReplenishResult@1.0'], {
    reason: 'Accepted',
  }),
  rule('slotStatus', 'POST', 'slotStatus/{slotId}', 'DrsSlotStatusInput@1.0', ['DrsSlotStatusResult@1.0'], {
    hasBody: true,
  }),
  rule('deviceStatus', 'POST', 'deviceStatus', 'DrsDeviceStatusInput@1.0', ['DrsDeviceStatusResult@1.0'], {
    hasBody: true,
  }),
  rule('subscriptionInfo', 'GET', 'subscriptionInfo', 'DrsSubscriptionInfoInput@1.0', [
    'DrsSubscriptionInfoResult@2.0',
    'DrsSubscriptionInfoResult@1.0',
  ]),
  rule(
    'getOrderInfo',
    'GET',
    'getOrderInfo/{eventInstanceId}',
    'DrsOrderInfoInput@1.0',
    ['DrsOrderInfoResult@1.0'],
    { reason: 'Accepted' },
  ),
  rule('cancelTestOrder', 'DELETE', 'testOrders/slots/{slotId}', 'DrsCancelTestOrdersInput@1.0', [
    'DrsCancelTestOrdersResult@1.0',
  ]),
  rule('cancelTestOrders', 'DELETE', 'testOrders', 'DrsCancelTestOrdersInput@1.0', [
    'DrsCancelTestOrdersResult@1.0',
  ]),
  rule('deregister', 'DELETE', 'registration', 'DrsDeregisterInput@2.0', ['DrsDeregisterResult@1.0']),
  rule(
    'deregisterV1',
    'DELETE',
    'deviceModels/{modelId}/devices/{serial}/registration',
    'DrsDeregisterInput@1.0',
    ['DrsDeregisterResult@1.0'],
  ),
];

function rule(
  call: DrsCall,
  method: CallRule['method'],
  path: string,
  input: string,
  results: readonly string[],
  more: { readonly hasBody?: boolean; readonly reason?: CallRule['reason'] } = {},
): CallRule {
  return {
    call,
    method,
    path,
    inputType: TYPE_PREFIX + input,
    resultTypes: results.map((result) => TYPE_PREFIX + result),
    hasBody: more.hasBody ?? false,
    reason: more.reason ?? 'OK',
  };
}
