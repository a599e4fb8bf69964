import { element, setAttribute, setText } from './element.ts';
import { type Row, spokenRow } from './model/rows.ts';
import { indexAfterKey, scrollTo, scrollWindow } from './model/scroll-window.ts';
import { relativeText } from './model/words.ts';

/** The list of devices; draws only what can be seen, however many there are. */
export type ListView = {
  show(rows: readonly Row[], selected: string | null, nowMs: number): void;
};

const ROW_REM = 3.75;

/** @param list an empty element with role listbox. */
export function createListView(
  list: HTMLElement,
  onSelect: (id: string, isMeant: boolean) => void,
): ListView {
  const spacer = element('div', 'list-spacer', [], { attributes: { role: 'presentation' } });
  list.append(spacer);
  const lines: Line[] = [];
  let rows: readonly Row[] = [];
  let selected: string | null = null;
  let nowMs = 0;
  const rowPx = (): number =>
    ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

  const draw = (): void => {
    const height = rowPx();
    const { first, end } = scrollWindow(list.scrollTop, list.clientHeight, height, rows.length);
    spacer.style.height = `${rows.length * height}px`;
    while (lines.length < end - first) {
      const line = createLine();
      lines.push(line);
      spacer.append(line.root);
    }
    lines.forEach((line, place) => {
      const index = first + place;
      const row = index < end ? rows[index] : undefined;
      line.root.hidden = row === undefined;
      if (row === undefined) return;
      line.root.style.transform = `translateY(${index * height}px)`;
      line.root.id = `device-${index}`;
      setAttribute(line.root, 'aria-posinset', String(index + 1));
      setAttribute(line.root, 'aria-setsize', String(rows.length));
      setAttribute(line.root, 'aria-selected', String(row.id === selected));
      line.show(row, nowMs);
    });
    const index = rows.findIndex(({ id }) => id === selected);
    const isDrawn = index >= first && index < end;
    setAttribute(list, 'aria-activedescendant', isDrawn ? `device-${index}` : null);
  };

  list.addEventListener('scroll', draw, { passive: true });
  new ResizeObserver(draw).observe(list);
  list.addEventListener('click', (event) => {
    const line = event.target instanceof Element ? event.target.closest('[data-device]') : null;
    const id = line?.getAttribute('data-device') ?? null;
    if (id !== null) onSelect(id, true);
  });
  list.addEventListener('keydown', (event) => {
    const index = rows.findIndex(({ id }) => id === selected);
    if ((event.key === 'Enter' || event.key === ' ') && selected !== null) {
      event.preventDefault();
      onSelect(selected, true);
      return;
    }
    const page = Math.max(1, Math.floor(list.clientHeight / rowPx()) - 1);
    const next = indexAfterKey(event.key, index, rows.length, page);
    const row = next === null ? undefined : rows[next];
    if (next === null || row === undefined) return;
    event.preventDefault();
    list.scrollTop = scrollTo(next, list.scrollTop, list.clientHeight, rowPx());
    onSelect(row.id, false);
  });
  return {
    show(nextRows, nextSelected, nextNowMs) {
      rows = nextRows;
      selected = nextSelected;
      nowMs = nextNowMs;
      draw();
    },
  };
}

type Line = { readonly root: HTMLElement; show(row: Row, nowMs: number): void };

/** One line, to be shown for one device after the other. */
function createLine(): Line {
  // Those who hear the page get the whole line as one sentence, and not the pieces that are seen.
  const spoken = element('span', 'hidden-words');
  const unspoken = { attributes: { 'aria-hidden': 'true' } };
  const dot = element('span', 'dot', [], unspoken);
  const name = element('span', 'line-name');
  const headline = element('span', 'line-headline');
  const words = element('span', 'line-words', [name, headline], unspoken);
  const levels = element('span', 'line-levels', [], unspoken);
  const empty = element('span', 'line-empty', [], unspoken);
  const root = element('div', 'line', [spoken, dot, words, levels, empty], {
    attributes: { role: 'option' },
  });
  return {
    root,
    show(row, nowMs) {
      setAttribute(root, 'data-device', row.id);
      setAttribute(root, 'data-rank', String(row.rank));
      setText(spoken, spokenRow(row, nowMs));
      setAttribute(dot, 'data-online', String(row.isOnline));
      setText(name, row.id);
      setText(headline, row.headline);
      setText(empty, row.emptyAtMs === null ? '' : `empty ${relativeText(row.emptyAtMs, nowMs)}`);
      while (levels.childElementCount > row.levels.length) levels.lastElementChild?.remove();
      while (levels.childElementCount < row.levels.length) levels.append(element('span', 'mini'));
      row.levels.forEach(({ percent, phase }, index) => {
        const bar = levels.children[index];
        if (!(bar instanceof HTMLElement)) return;
        bar.style.setProperty('--level', String(percent ?? 0));
        setAttribute(bar, 'data-phase', percent === null ? 'unknown' : phase);
      });
    },
  };
}
