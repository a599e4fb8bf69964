import { partOf } from './element.ts';

const STORED_AS = 'colours';
const THEMES: readonly string[] = ['light', 'dark'];

/** Light, dark, or as the system has it; remembered in this browser. @param onChange colours have changed. */
export function wireTheme(onChange: () => void): void {
  const select = partOf('#theme', HTMLSelectElement);
  const use = (theme: string | null): void => {
    const root = document.documentElement;
    if (theme !== null && THEMES.includes(theme)) root.setAttribute('data-theme', theme);
    else root.removeAttribute('data-theme');
    select.value = root.getAttribute('data-theme') ?? 'system';
    onChange();
  };
  select.addEventListener('change', () => {
    localStorage.setItem(STORED_AS, select.value);
    use(select.value);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
  use(localStorage.getItem(STORED_AS));
}
