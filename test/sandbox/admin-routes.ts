import { readFault } from './fault-input.ts';
import type { Change } from './order-desk.ts';
import type { Sandbox } from './sandbox.ts';

/** What an admin call is given: the last path segment where the route has `{slot}`, and the JSON body or `{}`. */
export type AdminCall = {
  readonly sandbox: Sandbox;
  readonly slot: string;
  readonly which: { readonly serial?: string };
  readonly json: Readonly<Record<string, unknown>>;
};

export type AdminReply = { readonly status: number; readonly body: unknown };

export type AdminRoute = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly help: string;
  readonly run: (call: AdminCall) => AdminReply;
};

const DONE: AdminReply = { status: 200, body: { ok: true } };

/** The admin API, in the order of its help text. */
export const ADMIN_ROUTES: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: '/sandbox/requests',
    help: 'every request: raw path, raw headers, body, answer, violations, whether it bought something',
    run: ({ sandbox }) => ok({ requests: sandbox.requests }),
  },
  {
    method: 'GET',
    path: '/sandbox/violations',
    help: 'every deviation from the letter of the API',
    run: ({ sandbox }) => ok({ violations: sandbox.violations }),
  },
  {
    method: 'GET',
    path: '/sandbox/orders',
    help: 'every order with its stage, and the purchases of each slot',
    run: ({ sandbox, which }) =>
      ok({
        orders: sandbox.orders,
        purchases: Object.fromEntries(
          sandbox.slotIds.map((slotId) => [slotId, sandbox.purchases(slotId, which)]),
        ),
      }),
  },
  {
    method: 'GET',
    path: '/sandbox/notifications',
    help: 'every notification so far',
    run: ({ sandbox }) => ok({ notifications: sandbox.notifications }),
  },
  {
    method: 'POST',
    path: '/sandbox/faults',
    help: 'a fault for the next Replenish; see below',
    run: ({ sandbox, json }) => {
      const input = readFault(json);
      if ('problem' in input) return { status: 400, body: { message: input.problem } };
      sandbox.fault(input.fault);
      return DONE;
    },
  },
  {
    method: 'DELETE',
    path: '/sandbox/faults',
    help: 'no more faults',
    run: ({ sandbox }) => done(() => sandbox.clearFaults()),
  },
  {
    method: 'POST',
    path: '/sandbox/deliver/{slot}',
    help: 'the parcel arrives; the slot can order again',
    run: ({ sandbox, slot, which }) => changed(sandbox.deliver(slot, which)),
  },
  {
    method: 'POST',
    path: '/sandbox/cancel/{slot}',
    help: 'the customer cancels on Amazon (within 24 h)',
    run: ({ sandbox, slot, which }) => changed(sandbox.cancel(slot, which)),
  },
  {
    method: 'POST',
    path: '/sandbox/problem/{slot}',
    help: '{"problem":true}: orders wait in resolution for 72 h; {"problem":false}: it is mended',
    run: ({ sandbox, slot, which, json }) => {
      const { problem } = json;
      if (typeof problem !== 'boolean') return wrong('Send {"problem":true} or {"problem":false}.');
      return done(() => sandbox.setProblem(slot, problem, which));
    },
  },
  {
    method: 'POST',
    path: '/sandbox/subscribe/{slot}',
    help: 'the customer turns auto-reorder on',
    run: ({ sandbox, slot, which }) => done(() => sandbox.subscribe(slot, which)),
  },
  {
    method: 'POST',
    path: '/sandbox/unsubscribe/{slot}',
    help: 'the customer turns auto-reorder off',
    run: ({ sandbox, slot, which }) => done(() => sandbox.unsubscribe(slot, which)),
  },
  {
    method: 'POST',
    path: '/sandbox/advance',
    help: '{"ms":86400000}: moves the clock of the orders',
    run: ({ sandbox, json }) => {
      const { ms } = json;
      if (!isCount(ms)) return wrong('Send {"ms":N}, a whole number of milliseconds.');
      return done(() => sandbox.advance(ms));
    },
  },
  {
    method: 'POST',
    path: '/sandbox/tokens',
    help: '{"expiresInS":3600}: a new access token, and a refresh token of the first client',
    run: ({ sandbox, which, json }) => {
      const { expiresInS = sandbox.expiresInS } = json;
      if (!isCount(expiresInS)) return wrong('expiresInS must be a whole number of seconds.');
      const accessToken = sandbox.issueToken({ ...which, expiresInS });
      return ok({ accessToken, expiresIn: expiresInS, refreshToken: sandbox.issueRefreshToken(which) });
    },
  },
  {
    method: 'POST',
    path: '/sandbox/tokens/revoke',
    help: '{"token":"..."}: kills one access or refresh token',
    run: ({ sandbox, json }) => {
      const { token } = json;
      if (typeof token !== 'string') return wrong('Send {"token":"..."}.');
      return done(() => sandbox.revokeToken(token));
    },
  },
  {
    method: 'POST',
    path: '/sandbox/codes',
    help: '{"redirectUri":"...","clientId":"...","codeChallenge":"...","codeChallengeMethod":"S256"}: the customer consents',
    run: issueCode,
  },
  {
    method: 'POST',
    path: '/sandbox/deregister',
    help: 'the customer removes the device on Amazon; all its tokens die',
    run: ({ sandbox, which }) => done(() => sandbox.deregister(which)),
  },
];

function issueCode({ sandbox, which, json }: AdminCall): AdminReply {
  const { redirectUri, clientId, codeChallenge: value, codeChallengeMethod: method = 'plain' } = json;
  if (typeof redirectUri !== 'string') return wrong('Send {"redirectUri":"https://..."}.');
  if (method !== 'plain' && method !== 'S256') return wrong('codeChallengeMethod must be plain or S256.');
  const code = sandbox.issueCode({
    ...which,
    redirectUri,
    ...(typeof clientId === 'string' ? { clientId } : {}),
    challenge: typeof value === 'string' ? { value, method } : null,
  });
  return ok({ code });
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function ok(body: unknown): AdminReply {
  return { status: 200, body };
}

function done(act: () => void): AdminReply {
  act();
  return DONE;
}

function changed(change: Change): AdminReply {
  return change.done ? DONE : { status: 409, body: { message: change.why } };
}

function wrong(message: string): AdminReply {
  return { status: 400, body: { message } };
}
