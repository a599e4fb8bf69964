import { oneLine } from '../../agent/terminal/paint.ts';
import type { Sentence } from './sentence.ts';
import type { Show } from './show.ts';

const WHO_WIDTH = 16;

/** `1:05` for 65 seconds and a bit. Pure. */
export function clockText(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** One event as a line, for a pipe. Pure. */
export function eventLine(elapsedMs: number, { who, text }: Sentence): string {
  return oneLine(`${clockText(elapsedMs).padStart(6)}  ${who.padEnd(WHO_WIDTH)}  ${text}`);
}

/** Where every slot stands, as a line. Pure. */
export function levelLine(elapsedMs: number, show: Show): string {
  const slots = show.slots.map(({ key, report }) =>
    report === null ? `${key} -` : `${key} ${report.level?.toFixed(0) ?? '?'}% ${report.phase}`,
  );
  return eventLine(elapsedMs, { who: 'levels', text: slots.join(' | '), tone: 'note' });
}
