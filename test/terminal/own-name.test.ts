import { expect, test } from 'vitest';
import { nameHint } from '../../agent/terminal/own-name.ts';

test.each([
  ['/home/anna/checkout/agent/main.ts', '(Here, for replenish-agent, type: npm run -s agent --)'],
  ['/opt/x/replenish-agent.mjs', '(Here, for replenish-agent, type: /opt/x/node /opt/x/replenish-agent.mjs)'],
  ['/usr/lib/replenish-agent/replenish-agent.mjs', null],
  ['/usr/local/bin/replenish-agent', null],
])('%s is told as what a person types for it', (program, hint) => {
  expect(nameHint('/opt/x/node', program)).toBe(hint);
});
