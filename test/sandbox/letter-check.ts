import { CALL_RULES, type CallRule } from './calls.ts';
import { readPathSegment } from './path-segment.ts';
import { headerValues, type RawRequest } from './raw-request.ts';
import { checkStatusBody } from './status-body.ts';

/** A request held against the letter of the API. */
export type CheckedRequest = {
  /** Which call it is; null when path or method fit none, which not even leniency can serve. */
  readonly rule: CallRule | null;
  /** Decoded path parameters by name. */
  readonly params: ReadonlyMap<string, string>;
  /** Full name and version of the result to send. */
  readonly resultType: string;
  /** The access token as sent; null without an Authorization header, empty when it cannot be made out. */
  readonly token: string | null;
  /** What deviates, one sentence each; empty for a request by the letter. */
  readonly violations: readonly string[];
};

/** Compares path, headers and body with the API's table, byte for byte. Looks at no state. */
export function checkByTheLetter(request: RawRequest): CheckedRequest {
  const found = findRule(request);
  const violations = [...found.violations];
  if (found.rule === null) {
    return { rule: null, params: new Map(), resultType: '', token: null, violations };
  }
  const authorization = readAuthorization(request);
  const accept = headerValues(request, 'x-amzn-accept-type')[0];
  const resultType =
    found.rule.resultTypes.find((type) => type === accept) ?? found.rule.resultTypes[0] ?? '';
  violations.push(
    ...authorization.violations,
    ...checkExactHeader(request, 'x-amzn-type-version', [found.rule.inputType]),
    ...checkExactHeader(request, 'x-amzn-accept-type', found.rule.resultTypes),
    ...(found.rule.hasBody ? checkJsonBody(request, found.rule) : checkNoBody(request, found.rule)),
  );
  return { rule: found.rule, params: found.params, resultType, token: authorization.token, violations };
}

type FoundRule = Pick<CheckedRequest, 'rule' | 'params' | 'violations'>;

function findRule(request: RawRequest): FoundRule {
  const [path = '', query] = request.url.split(/\?(.*)/s, 2);
  const queryViolations = query === undefined ? [] : [`the path takes no query, found "?${query}"`];
  const onPath = CALL_RULES.map((rule) => ({ rule, match: matchPath(rule, path) }));
  const fitting = onPath.filter((entry) => entry.match !== null);
  const right = fitting.find((entry) => entry.rule.method === request.method);
  if (right?.match) {
    return {
      rule: right.rule,
      params: right.match.params,
      violations: [...right.match.violations, ...queryViolations],
    };
  }
  const first = fitting[0];
  const violation =
    first === undefined
      ? unknownPath(path)
      : `the method of ${path} must be ${first.rule.method}, found ${request.method}`;
  return { rule: null, params: new Map(), violations: [violation] };
}

function unknownPath(path: string): string {
  const start = path.split('/')[1] ?? '';
  const meant = CALL_RULES.filter((rule) => rule.path.split('/')[0]?.toLowerCase() === start.toLowerCase());
  const hint = meant.map((rule) => `/${rule.path}`).join(' or ');
  return hint === ''
    ? `there is no call with the path "${path}"`
    : `there is no call with the path "${path}"; the path is ${hint}, each parameter percent-encoded`;
}

function matchPath(
  rule: CallRule,
  path: string,
): { readonly params: Map<string, string>; readonly violations: string[] } | null {
  const wanted = rule.path.split('/');
  const [root, ...sent] = path.split('/');
  if (root !== '' || sent.length !== wanted.length) return null;
  const params = new Map<string, string>();
  const violations: string[] = [];
  for (const [index, want] of wanted.entries()) {
    const got = sent[index] ?? '';
    if (!want.startsWith('{')) {
      if (got !== want) return null;
      continue;
    }
    const segment = readPathSegment(got);
    params.set(want.slice(1, -1), segment.value);
    if (segment.complaint !== null) violations.push(`${want} in the path: ${segment.complaint}`);
  }
  return { params, violations };
}

function readAuthorization(request: RawRequest): {
  readonly token: string | null;
  readonly violations: readonly string[];
} {
  const values = headerValues(request, 'authorization');
  const [value] = values;
  if (value === undefined) return { token: null, violations: ['the header Authorization is missing'] };
  if (values.length > 1) return { token: '', violations: ['the header Authorization was sent twice'] };
  const match = /^Bearer (\S+)$/.exec(value);
  const token = match?.[1] ?? null;
  if (token === null) {
    const loose = /^\s*(?:Bearer\s+)?(\S+)\s*$/i.exec(value)?.[1] ?? '';
    return {
      token: loose,
      violations: ['the header Authorization must be "Bearer <token>", one space between'],
    };
  }
  if (!/%[0-9a-f]{2}/i.test(token)) return { token, violations: [] };
  return {
    token: readPathSegment(token).value,
    violations: ['the header Authorization must carry the token raw, found it URL-encoded'],
  };
}

function checkExactHeader(request: RawRequest, name: string, allowed: readonly string[]): readonly string[] {
  const values = headerValues(request, name);
  const [value] = values;
  if (value === undefined) return [`the header ${name} is missing; it must be ${allowed.join(' or ')}`];
  if (values.length > 1) return [`the header ${name} was sent twice`];
  return allowed.includes(value)
    ? []
    : [`the header ${name} must be ${allowed.join(' or ')}, found "${value}"`];
}

function checkNoBody(request: RawRequest, rule: CallRule): readonly string[] {
  const violations: string[] = [];
  if (request.body.length > 0)
    violations.push(`${rule.call} takes no body, found ${request.body.length} bytes`);
  if (headerValues(request, 'transfer-encoding').length > 0) {
    violations.push('Transfer-Encoding without a body: send Content-Length: 0 or neither');
  }
  if (headerValues(request, 'content-type').length > 0) violations.push('Content-Type without a body');
  return violations;
}

function checkJsonBody(request: RawRequest, rule: CallRule): readonly string[] {
  if (rule.call !== 'slotStatus' && rule.call !== 'deviceStatus') return [];
  if (request.body.length === 0) return [`${rule.call} needs a JSON body, found none`];
  return [
    ...checkExactHeader(request, 'content-type', ['application/json']),
    ...checkStatusBody(rule.call, request.body),
  ];
}
