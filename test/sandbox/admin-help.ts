import { ADMIN_ROUTES } from './admin-routes.ts';
import { describeFaults } from './fault-input.ts';
import type { Sandbox } from './sandbox.ts';

/** The plain-text page that explains the admin API. */
export function adminHelp(sandbox: Sandbox): string {
  const width = Math.max(...ADMIN_ROUTES.map(({ method, path }) => method.length + path.length + 1));
  return [
    `DRS sandbox on ${sandbox.url}, slots ${sandbox.slotIds.join(', ')}. Bodies are JSON.`,
    'Slots in a path are percent-encoded; ?serial=... picks a device other than the first.',
    '',
    ...ADMIN_ROUTES.map(({ method, path, help }) => `${`${method} ${path}`.padEnd(width)}  ${help}`),
    '',
    'A fault: {"kind":"drop","when":"after-order","times":2}. Kinds, with the fields that they need [and take]:',
    ...describeFaults().map((line) => `  ${line}`),
    'All take [call] (default replenish; or any, token, ...), [slotId], [times] (default 1; or "always"),',
    '[when] (before-order, after-order) and [delayMs].',
    '',
  ].join('\n');
}
