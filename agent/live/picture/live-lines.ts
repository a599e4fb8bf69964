import type { LiveFrame, LiveSlot } from '../../local/service-view.ts';
import { oneLine } from '../../terminal/paint.ts';
import { linksOf } from './link-rows.ts';
import { levelWords, phaseWords, rawWords, timeWords } from './live-words.ts';

/** What was told last, by what it is about. */
export type Told = ReadonlyMap<string, string>;

/** A level that moves by less than this is no news for a line, percent points. */
const NEWS_PERCENT = 1;

/**
 * PURE. The lines that a frame is worth to somebody who was told the others: links first, then slots, each when it
 * changes.
 */
export function liveLines(
  frame: LiveFrame,
  isService: boolean,
  wallMs: number,
  told: Told,
): { readonly lines: readonly string[]; readonly told: Told } {
  const next = new Map<string, string>();
  const lines: string[] = [];
  const tell = (key: string, news: string, line: string): void => {
    if (told.get(key) !== news) lines.push(oneLine(`${timeWords(wallMs)}  ${line}`));
    next.set(key, news);
  };
  for (const { name, state, error } of linksOf(frame, isService, wallMs)) {
    // How long ago a reading came changes all the time.
    const [word = ''] = state.split(',', 1);
    tell(`link ${name}`, `${word} ${error ?? ''}`, `${name}: ${error ?? word}`);
  }
  for (const [name, slot] of Object.entries(frame.slots)) {
    const key = `slot ${name}`;
    const before = told.get(key);
    tell(key, newsOf(slot, before), slotLine(name, slot));
  }
  return { lines, told: next };
}

function slotLine(name: string, slot: LiveSlot): string {
  const { level, raw, sensor, isNoisy, why } = slot;
  const worth = [sensor === null || sensor === 'ok' ? '' : `sensor ${sensor}`, isNoisy ? 'noisy' : ''];
  const words = [name, phaseWords(slot), levelWords(level), `raw ${rawWords(raw)}`, ...worth, why];
  return words.filter((word) => word !== '').join('  ');
}

/** What a line would say anew: standing and sensor, and the level once it has moved far enough. */
function newsOf(slot: LiveSlot, before: string | undefined): string {
  const standing = `${phaseWords(slot)} ${slot.sensor} ${slot.isNoisy}`;
  const [toldStanding, toldLevel] = before?.split('|') ?? [];
  const isSame =
    toldStanding === standing &&
    (slot.level === null
      ? toldLevel === 'null'
      : Math.abs(slot.level - Number.parseFloat(toldLevel ?? '')) < NEWS_PERCENT);
  return isSame && before !== undefined ? before : `${standing}|${slot.level}`;
}
