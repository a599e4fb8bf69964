import type { DrsNotification } from './notifications.ts';
import { encodeSegment } from './path-segment.ts';
import type { RecordedRequest } from './recorder.ts';
import type { Sandbox } from './sandbox.ts';
import { CLOUD_CLIENT } from './sandbox-options.ts';
import { TOKEN_PATH } from './token-form.ts';

/** What is printed once at the start: where it serves, a ready token, and lines to paste. */
export function welcome(sandbox: Sandbox, adminUrl: string, caFile: string | null): string {
  const token = sandbox.issueToken();
  const refreshToken = sandbox.issueRefreshToken();
  const slotId = sandbox.slotIds[0] ?? '';
  const curl = caFile === null ? 'curl -i' : `curl -i --cacert '${caFile}'`;
  const slot = encodeSegment(slotId).replaceAll("'", '%27');
  const type = 'com.amazon.dash.replenishment';
  return [
    `DRS sandbox      ${sandbox.url}`,
    `Token endpoint   ${sandbox.url}${TOKEN_PATH}`,
    `Controls         ${adminUrl}/sandbox`,
    `Slots            ${sandbox.slotIds.join(', ')}`,
    ...(caFile === null ? [] : [`CA certificate   ${caFile}`]),
    `Access token     ${token}`,
    '',
    'Order:',
    `  ${curl} -X POST '${sandbox.url}/replenish/${slot}' -H 'Authorization: Bearer ${token}' \\`,
    `    -H 'x-amzn-type-version: ${type}.DrsReplenishInput@1.0' -H 'x-amzn-accept-type: ${type}.DrsReplenishResult@1.0'`,
    'Refresh the token:',
    `  ${curl} '${sandbox.url}${TOKEN_PATH}' -d grant_type=refresh_token -d client_id=${CLOUD_CLIENT.clientId} \\`,
    `    -d client_secret=${CLOUD_CLIENT.clientSecret} --data-urlencode 'refresh_token=${refreshToken}'`,
    'Lose the next answer after the order was recorded:',
    `  curl '${adminUrl}/sandbox/faults' -d '{"kind":"drop","when":"after-order"}'`,
    'Deliver the order:',
    `  curl -X POST '${adminUrl}/sandbox/deliver/${slot}'`,
    'Everything else:',
    `  curl '${adminUrl}/sandbox'`,
    '',
  ].join('\n');
}

/** One line per request, with its violations below. */
export function requestLine(request: RecordedRequest): string {
  const answer =
    request.answer === null
      ? 'no answer'
      : `${request.answer.status} ${detail(request.answer.body)}`.trimEnd();
  const fault = request.fault === null ? '' : `  [fault: ${request.fault}]`;
  const order = request.orderRecorded ? '  ORDER RECORDED' : '';
  return [
    `${request.at.slice(11, 23)}  ${request.method} ${request.url} -> ${answer}${order}${fault}`,
    ...request.violations.map((violation) => `              not by the letter: ${violation}`),
  ].join('\n');
}

/** One line per notification. */
export function notificationLine({ notificationInfo, orderInfo }: DrsNotification): string {
  const slot = orderInfo === undefined ? '' : ` for slot ${orderInfo.slotId}`;
  return `${notificationInfo.notificationTime.slice(11, 23)}  ${notificationInfo.notificationType}${slot}`;
}

/** The part of an answer that says what it means. Never a token. */
function detail(body: string): string {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json !== 'object' || json === null) return '';
    const members = new Map<string, unknown>(Object.entries(json));
    const said = members.get('detailCode') ?? members.get('message') ?? members.get('error');
    return typeof said === 'string' ? said : '';
  } catch {
    return '';
  }
}
