import { element, partOf, setAttribute, setText } from './element.ts';
import { CONCERNS, type Concern } from './model/attention.ts';
import type { Query, Sort } from './model/rows.ts';

/** What a person chose to see. */
export type FiltersView = {
  query(): Query;
  /** @param counts how many devices each filter would show. */
  showCounts(counts: ReadonlyMap<Concern, number>, total: number): void;
};

const LABELS: Readonly<Record<Concern, string>> = {
  'in-doubt': 'In doubt',
  held: 'Held',
  sensor: 'Stale or fault',
  offline: 'Offline',
  warning: 'Warnings',
  low: 'Low',
};
const SORTS: readonly Sort[] = ['urgent', 'name', 'level', 'empty'];

export function createFiltersView(onChange: () => void): FiltersView {
  const search = partOf('#search', HTMLInputElement);
  const sort = partOf('#sort', HTMLSelectElement);
  const host = partOf('#concerns', HTMLElement);
  let concern: Concern | null = null;
  const choices: readonly (Concern | null)[] = [null, ...CONCERNS];
  const buttons = choices.map((choice) => {
    const button = element('button', '', [], {
      attributes: {
        type: 'button',
        'aria-pressed': String(choice === concern),
        'data-concern': choice ?? 'all',
      },
      on: {
        click: () => {
          concern = choice;
          for (const each of buttons)
            setAttribute(each.button, 'aria-pressed', String(each.choice === choice));
          onChange();
        },
      },
    });
    return { choice, button };
  });
  host.append(...buttons.map(({ button }) => button));
  search.addEventListener('input', onChange);
  sort.addEventListener('change', onChange);
  return {
    query: () => ({
      concern,
      text: search.value,
      sort: SORTS.find((each) => each === sort.value) ?? 'urgent',
    }),
    showCounts(counts, total) {
      for (const { choice, button } of buttons)
        setText(button, choice === null ? `All ${total}` : `${LABELS[choice]} ${counts.get(choice) ?? 0}`);
    },
  };
}
