import type { LiveSlot } from '../../local/service-view.ts';
import type { Paint } from '../../terminal/paint.ts';

/** Where a slot stands, in a word or two. PURE. */
export function phaseWords({ phase, reason }: Pick<LiveSlot, 'phase' | 'reason'>): string {
  return reason === null ? phase : `${phase}: ${reason}`;
}

/** The colour of a phase: green needs nobody, yellow and blue are under way, red waits for a person. PURE. */
export function phasePaint({ phase, sensor }: Pick<LiveSlot, 'phase' | 'sensor'>): Paint {
  switch (phase) {
    case 'stocked':
      return 'green';
    case 'on-order':
      return 'blue';
    case 'low':
    case 'ordering':
      return 'yellow';
    case 'held':
    case 'in-doubt':
      return 'red';
    case 'unknown':
      return sensor === 'fault' ? 'red' : 'yellow';
  }
}

/** A level with one digit behind the point. PURE. */
export function levelWords(level: number | null): string {
  return level === null ? '? %' : `${level.toFixed(1)} %`;
}

/** A raw value as short as it can be without losing what a sensor resolves. PURE. */
export function rawWords(raw: number | null): string {
  return raw === null ? '-' : String(Number(raw.toPrecision(6)));
}

/** Time of the day on this machine. PURE. @param wallMs since 1970 UTC. */
export function timeWords(wallMs: number): string {
  const at = new Date(wallMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** `12 s`, `3 min`, `5 h`, `6 d`. PURE. */
export function spanWords(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}
