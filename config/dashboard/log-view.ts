import { element, partOf, setAttribute, setText } from './element.ts';
import type { Happening } from './model/happening.ts';

/** The event log, newest first. */
export type LogView = {
  add(happening: Happening, atMs: number): void;
  /** Draws what was added. */
  draw(): void;
};

const LINES_MAX = 200;
/** More than that at once nobody reads; the rest is counted. */
const FRESH_MAX = 25;

export function createLogView(): LogView {
  const list = partOf('#log', HTMLOListElement);
  const pause = partOf('#log-pause', HTMLButtonElement);
  const note = partOf('#log-note', HTMLElement);
  // It scrolls: a keyboard has to get there.
  partOf('#log-box', HTMLElement).tabIndex = 0;
  let fresh: HTMLElement[] = [];
  let leftOut = 0;
  let isPaused = false;
  const draw = (): void => {
    setText(note, leftOut === 0 ? '' : `${leftOut} more events were too many to show`);
    if (isPaused || fresh.length === 0) return;
    list.prepend(...fresh.toReversed());
    fresh = [];
    leftOut = 0;
    while (list.childElementCount > LINES_MAX) list.lastElementChild?.remove();
  };
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    setAttribute(pause, 'aria-pressed', String(isPaused));
    draw();
  });
  return {
    draw,
    add({ device, text, tone }, atMs) {
      if (fresh.length >= (isPaused ? LINES_MAX : FRESH_MAX)) {
        leftOut += 1;
        return;
      }
      const at = new Date(atMs);
      const time = element('time', '', [at.toLocaleTimeString('en-GB')], {
        attributes: { datetime: at.toISOString() },
      });
      fresh.push(
        element('li', '', [time, ' ', element('b', '', [device]), ` ${text}`], {
          attributes: { 'data-tone': tone },
        }),
      );
    },
  };
}
