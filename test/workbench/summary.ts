import type { AgentEnd } from './agent-process.ts';
import { clockText } from './plain.ts';
import { count, cyclesOf, isProven, ordersOf, type Show, type SlotShow } from './show.ts';

/**
 * The last words: what was seen, and what to try next. Pure.
 * @param end how the agent ended; null when it did not run.
 */
export function summary(show: Show, elapsedMs: number, end: AgentEnd | null): string {
  const goodbye =
    !show.isOnline && end?.code === 0 ? ['The agent said offline on MQTT and exited with 0.'] : [];
  return [
    '',
    `${count(ordersOf(show), 'test order')} and ${count(cyclesOf(show), 'complete cycle')} in ${clockText(elapsedMs)}.`,
    '',
    ...show.slots.map(slotLine),
    '',
    ...verdict(show),
    ...goodbye,
    '',
    'Try next:',
    '  npm start                  and press u (unplug), k (kill -9), space (faster)',
    '  npm start -- --cycles 3    it ends by itself',
    '  npm run sandbox            the DRS stand-in alone, for a device of your own',
    '  npm run -s agent -- check --config config/agent.example.yaml',
    '                             change a line of that file and see what it says',
    '  npm run -s agent -- --help',
    '  README.md                  how to run it with a real board',
    '',
  ].join('\n');
}

function slotLine({ name, tally }: SlotShow): string {
  const notes = [
    ...(tally.surplus > 0 ? [`${tally.surplus} TOO MANY`] : []),
    ...(tally.isLow && tally.ordersOfThis === 0 ? ['low just now and not ordered yet'] : []),
    ...(tally.endedUnordered > 0 ? [`${tally.endedUnordered} refilled before an order was due`] : []),
  ];
  const note = notes.length === 0 ? '' : `  (${notes.join(', ')})`;
  return `  ${name.padEnd(18)}${count(tally.depletions, 'depletion').padEnd(15)}${count(tally.orders, 'order')}${note}`;
}

function verdict(show: Show): readonly string[] {
  if (isProven(show) && ordersOf(show) === 0)
    return ['Too short for an order: the first one comes after about 12 s.'];
  const isSettled = show.slots.every(({ tally }) => tally.orders === tally.depletions);
  if (isProven(show))
    return [
      `${isSettled ? 'Exactly' : 'Never more than'} one order for a depletion.`,
      'Every request was by the letter of the DRS API.',
    ];
  return [
    ...(show.violations > 0
      ? [`DEFECT: ${count(show.violations, 'deviation')} from the letter of the DRS API.`]
      : []),
    ...(show.slots.some(({ tally }) => tally.surplus > 0)
      ? ['DEFECT: a depletion was ordered for twice.']
      : []),
  ];
}

/**
 * What is said of an agent that ended by itself, or badly. Pure.
 * @param logLines the end of its log.
 */
export function agentDeath({ code, signal, lastWords }: AgentEnd, logLines: string): string {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  const words = lastWords.trim() === '' ? `The end of its log:\n${logLines}` : lastWords.trim();
  return `The agent ended ${how}, which it should not have. ${words}\n`;
}
