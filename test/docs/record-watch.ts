import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Stage } from '../end-to-end/stage.ts';
import { CHECKOUT, startAgent } from '../support/agent-process.ts';
import { Window } from '../support/window.ts';
import { screenSvg } from './screen-svg.ts';

/*
 * `npm run picture`: lets the real service run on a simulated board for a minute and a half, looks on with `watch`, and
 * keeps what the screen shows as config/pictures/watch.svg.
 */

const SECONDS = 90;
const START = { beans: 96, milk: 52, filter: 30 };
const PER_SECOND = { beans: 0.3, milk: 0.45, filter: 0.3 };
const SLOTS = ['beans', 'milk', 'filter'] as const;

const stage = new Stage({
  slots: { beans: {}, milk: {}, filter: {} },
  lineEveryMs: 200,
  sandbox: { isTest: true },
});
await stage.prepare();
stage.writeConfig({ device: { id: 'coffee-machine' }, slots: { witness0: undefined } });
stage.sandbox.unsubscribe('filter');
for (const slot of SLOTS) stage.show(slot, START[slot]);

const where = ['--config', stage.configPath, '--state-dir', stage.stateDir];
const service = startAgent({ words: ['run', ...where], cwd: stage.folder });
const window = new Window(['watch', ...where], stage.folder, { columns: 92, rows: 27 });
await window.until(/beans +stocked/);
for (let second = 0; second < SECONDS; second++) {
  for (const slot of SLOTS) {
    // A container is shaken a little by the machine that it stands in.
    const wobble = second % 3 === 0 ? 0.2 : 0;
    stage.show(slot, START[slot] - PER_SECOND[slot] * second + wobble);
  }
  await sleep(1_000);
}
await window.until(/milk +on-order/);
await window.until(/filter +held: unsubscribed/);
writeFileSync(join(CHECKOUT, 'config/pictures/watch.svg'), screenSvg(window.screen, 'replenish-agent watch'));
process.stdout.write(`${window.text}\n`);
window.press('q');
await window.exited;
window.close();
await service.end('SIGTERM');
await stage.clear();
process.exit(0);
