import type { SlotStatus, StatusDocument } from './service-view.ts';

const GREEN = 32;
const YELLOW = 33;
const RED = 31;

/** The status for people. @param isColoured for terminals only. Pure. */
export function statusText(status: StatusDocument, isColoured: boolean): string {
  const paint = (code: number, text: string): string =>
    isColoured && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
  const slots = Object.entries(status.slots);
  const lines = [
    headline(status, paint),
    ...(slots.length === 0 ? ['No slot is known.'] : slotLines(slots, paint)),
    ...alertLines(status, paint),
    ...doubtLines(slots, paint),
    outboxLine(status),
    ...deviceLines(status, paint),
    ...(status.isHistoryLost
      ? ['A history was lost in this state directory once: a slot without one begins held.']
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

type Paint = (code: number, text: string) => string;

function headline({ service, device, stateDir }: StatusDocument, paint: Paint): string {
  if (service === 'stopped') return `The service is ${paint(YELLOW, 'stopped')}. State: ${plain(stateDir)}`;
  const what = device === null ? '' : ` (version ${plain(device.version)}, since ${plain(device.startedAt)})`;
  return `The service is ${paint(GREEN, 'running')}${what}. State: ${plain(stateDir)}`;
}

function slotLines(slots: readonly (readonly [string, SlotStatus])[], paint: Paint): string[] {
  const heads = ['slot', 'phase', 'level', 'last order'];
  const rows = slots.map(([name, slot]) => ({
    cells: [name, phaseWords(slot), levelWords(slot), lastOrderWords(slot)].map(plain),
    slot,
  }));
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[], code: number | null): string =>
    cells
      .map((cell, column) => {
        const padded = cell.padEnd(widths[column] ?? 0);
        return code !== null && column === 1 ? paint(code, padded) : padded;
      })
      .join('  ')
      .trimEnd();
  return [
    '',
    line(heads, null),
    ...rows.flatMap(({ cells, slot }) => [line(cells, colourOf(slot)), `  ${plain(slot.why)}`]),
    '',
  ];
}

function phaseWords({ phase, reason }: SlotStatus): string {
  return reason === null ? phase : `${phase}: ${reason}`;
}

function levelWords({ level, sensor }: SlotStatus): string {
  if (level !== null) return `${level} %`;
  return sensor === null ? '-' : sensor;
}

function lastOrderWords({ lastOrder }: SlotStatus): string {
  if (lastOrder === null) return '-';
  return `${lastOrder.detailCode ?? lastOrder.outcome} ${lastOrder.at}`;
}

function colourOf({ phase, sensor }: SlotStatus): number | null {
  switch (phase) {
    case 'stocked':
    case 'on-order':
      return GREEN;
    case 'held':
    case 'in-doubt':
      return RED;
    case 'low':
    case 'ordering':
      return YELLOW;
    case 'unknown':
      return sensor === 'fault' ? RED : YELLOW;
  }
}

/** What the table does not say already. */
function alertLines({ alerts, slots }: StatusDocument, paint: Paint): string[] {
  const said = Object.entries(slots).map(([name, { why }]) => why.replaceAll('SLOT', name));
  return (alerts ?? [])
    .filter(({ text }) => !said.some((why) => why !== '' && text.includes(why)))
    .map(({ severity, since, text }) => {
      const head = severity === 'info' ? severity : paint(severity === 'critical' ? RED : YELLOW, severity);
      return `${head}: ${plain(text)} (since ${plain(since)})`;
    });
}

function doubtLines(slots: readonly (readonly [string, SlotStatus])[], paint: Paint): string[] {
  return slots.flatMap(([name, { openOrder }]) =>
    openOrder === null || openOrder.inDoubtSince === null
      ? []
      : [
          `${paint(RED, 'in doubt')}: ${plain(name)}, order ${plain(openOrder.orderId)}, requests: ${openOrder.attempts}, since ${plain(openOrder.inDoubtSince)}.`,
          `  See at Amazon whether the order exists, then: replenish-agent resolve ${plain(name)} placed, or not-placed`,
        ],
  );
}

function outboxLine({ outbox: { depth, dropped } }: StatusDocument): string {
  const waiting = depth === 1 ? '1 order event waits' : `${depth} order events wait`;
  const lost = dropped === 0 ? '' : `; ${dropped} were given up for lack of room`;
  return `outbox: ${waiting} for the broker${lost}.`;
}

function deviceLines({ device, alerts }: StatusDocument, paint: Paint): string[] {
  if (device === null) return [];
  const troubles = [
    ...Object.entries(device.hardware).map(([name, { error }]) => [`hardware ${name}`, error] as const),
    ['store', device.store.error] as const,
    ['configuration', device.config.error] as const,
  ];
  return [
    `token: ${plain(device.token.state)}`,
    ...troubles.flatMap(([what, error]) =>
      error === null || alerts?.some(({ text }) => text.includes(error)) === true
        ? []
        : [`${paint(RED, plain(what))}: ${plain(error)}`],
    ),
  ];
}

/** Words of Amazon, and of whoever answers at the socket, must not move the cursor. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}
