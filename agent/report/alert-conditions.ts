import type { HoldReason } from '../policy/slot-state.ts';
import { HELD_WHY } from '../policy/standing.ts';
import type { TokenState } from '../replenish/access-token.ts';
import type { DeviceView } from './device-payload.ts';
import type { SlotView } from './payload.ts';

/** `info`: nobody has to do anything. `warning`: somebody should look. `critical`: nothing is bought before somebody acts. */
export type AlertSeverity = 'info' | 'warning' | 'critical';

/** Something that would be worth an alert once it has lasted. */
export type AlertCondition = {
  /** The same as long as it is the same trouble; unique within a device. */
  readonly id: string;
  readonly severity: AlertSeverity;
  /** null when it concerns the device as a whole. */
  readonly slot: string | null;
  /** What is wrong, where, and what to do. */
  readonly text: string;
  /** How long it has to last, milliseconds. */
  readonly afterMs: number;
  /** When it began, where a record tells: wall time, and what has surely passed since. */
  readonly began: { readonly wallMs: number; readonly atLeastMs: number } | null;
};

/** What an operator is told of a device's slots. */
export type SlotFacts = {
  readonly view: SlotView;
  /** What is wrong with the connection to the slot's sensor; null while nothing is known to be. */
  readonly connectionError: string | null;
};

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Cables are moved and boards restart; what lasts this long does not mend itself. */
const SENSOR_LONG_MS = 15 * MINUTE_MS;
/** Boards without a battery have no time before the network has told it; clouds answer within seconds. */
const START_LONG_MS = 10 * MINUTE_MS;
/** Most parcels come within a week. */
const ON_ORDER_LONG_MS = 14 * DAY_MS;

const HELD_SEVERITY: Readonly<Record<HoldReason, AlertSeverity>> = {
  auth: 'critical',
  unsubscribed: 'warning',
  'unknown-slot': 'critical',
  'cancelled-once': 'info',
  'cancelled-twice': 'info',
  budget: 'warning',
  'in-doubt': 'critical',
  'state-lost': 'critical',
  'dry-run': 'info',
};

/** What is wrong with one slot, lasting or not. Pure. */
export function slotConditions(
  slot: string,
  { view, connectionError }: SlotFacts,
): readonly AlertCondition[] {
  const found: AlertCondition[] = [];
  const tell = (
    kind: string,
    severity: AlertSeverity,
    sentence: string,
    more: Partial<AlertCondition> = {},
  ) =>
    found.push({
      id: `slots/${slot}/${kind}`,
      severity,
      slot,
      text: `Slot ${slot}: ${sentence}`,
      afterMs: 0,
      began: null,
      ...more,
    });
  const { phase, reason, sensor, standsSince: began } = view;
  if (phase === 'in-doubt') tell('in-doubt', 'warning', IN_DOUBT, { began });
  if (phase === 'held' && reason !== null)
    tell(`held-${reason}`, HELD_SEVERITY[reason], HELD_WHY[reason].replaceAll('SLOT', slot), { began });
  if (phase === 'on-order')
    tell('not-refilled', 'warning', NOT_REFILLED.replaceAll('SLOT', slot), {
      began,
      afterMs: ON_ORDER_LONG_MS,
    });
  if (sensor !== 'ok')
    tell(`sensor-${sensor}`, 'warning', [SENSOR[sensor], connectionError ?? ''].join(' ').trimEnd(), {
      afterMs: SENSOR_LONG_MS,
    });
  if (view.warning !== null) tell('sensor-stuck', 'warning', view.warning);
  if (view.subscribed === false && !(phase === 'held' && reason === 'unsubscribed'))
    tell('unsubscribed', 'warning', NOT_SUBSCRIBED);
  return found;
}

const IN_DOUBT =
  'a request to order went unanswered, so it is not known yet whether an order exists. It is repeated, and Amazon places no second order for it: wait, or relay the notifications of Amazon.';

const NOT_REFILLED =
  'an order has been open for more than 14 days and the slot was not refilled. See at Amazon what became of it; when it never came, rearm the slot (replenish-agent rearm SLOT, or the command rearm), and it is ordered for anew.';

const NOT_SUBSCRIBED =
  'the customer has no product selected at Amazon, so that nothing could be ordered. Ask them to choose one.';

const SENSOR: Readonly<Record<'stale' | 'fault', string>> = {
  stale:
    'its sensor has said nothing for long, and nothing is ordered on a guess. Look at the sensor, its supply and its cable.',
  fault:
    'what its sensor says can not be believed for long, and nothing is ordered on a guess. Look at the sensor, and compare valid and calibration.',
};

/** What is wrong with the device as a whole, lasting or not. @param isDropping whether reports were lost lately. Pure. */
export function deviceConditions(device: DeviceView, isDropping: boolean): readonly AlertCondition[] {
  const found: AlertCondition[] = [];
  const tell = (id: string, severity: AlertSeverity, text: string, afterMs = 0) =>
    found.push({ id, severity, slot: null, text, afterMs, began: null });
  if (!device.clockTrusted) tell('clock', 'warning', CLOCK, START_LONG_MS);
  if (isDropping) tell('outbox-dropping', 'warning', DROPPING);
  const { state } = device.token;
  const token = TOKEN[state];
  if (token !== null) tell(`token-${state}`, 'critical', token, isAwaited(state) ? START_LONG_MS : 0);
  const { drs, store, config } = device;
  if (drs.error !== null)
    tell('drs', 'warning', `Something keeps this device and Amazon apart: ${drs.error}`);
  if (store.state === 'failed') tell('store-failed', 'critical', store.error || STORE);
  if (store.state === 'quarantined') tell('store-quarantined', 'warning', QUARANTINED);
  if (config.error !== null)
    tell(
      'config-refused',
      'warning',
      `The changed configuration is refused, the old one stays in force: ${config.error}`,
    );
  return found;
}

/** What comes by itself a moment after a start. */
function isAwaited(state: TokenState): boolean {
  return state === 'missing' || state === 'expired';
}

const TOKEN: Readonly<Record<TokenState, string | null>> = {
  valid: null,
  'not-needed': null,
  missing:
    'There is no access token, so nothing is ordered. See that the cloud answers token/request, or put the token file in place.',
  expired:
    'The access token has expired and no new one came, so nothing is ordered. See what keeps the cloud, or the token file, from bringing one.',
  rejected: 'Amazon refuses the access token, so nothing is ordered. Provision a new one.',
  revoked:
    'Login with Amazon accepts the refresh token no more, so nothing is ordered. Register the device again: replenish-agent register.',
  misconfigured:
    'Login with Amazon does not accept the client, so nothing is ordered. Correct replenish.token.clientId or the client secret.',
};

const CLOCK =
  'The clock of the device can not be trusted: times in its reports may be wrong, and commands that expire are refused. See that its time service runs and reaches a server.';

const DROPPING =
  'Order reports were given up for lack of room while the broker could not be reached. Orders are not touched by that; see the log of the device for those that are missing here.';

const STORE = 'The state can not be written, so nothing is ordered. Make room, or replace the disk or card.';

const QUARANTINED =
  'The state was damaged and has been set aside; slots are held until a refill or the command resolve. Replace the card when this comes again.';
