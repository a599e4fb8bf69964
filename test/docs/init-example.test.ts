import { expect, test } from 'vitest';
import { CONFIG_DEFAULT } from '../../agent/command-line/option.ts';
import { parseCommandLine } from '../../agent/command-line/parse-command-line.ts';
import { Questions } from '../../agent/setup/ask.ts';
import { askAnswers } from '../../agent/setup/ask-answers.ts';
import { portText } from '../../agent/setup/candidates.ts';
import { configText } from '../../agent/setup/config-text.ts';
import { nextSteps } from '../../agent/setup/next-steps.ts';
import { recognise } from '../../agent/setup/recognise.ts';
import { checkConfig } from '../../config/check.ts';
import { codeBlocks, read } from './markdown.ts';

const PORT = '/dev/serial/by-id/usb-Arduino_Uno_7563-if00';

test('what README.md shows of init is what init says and writes', async () => {
  const blocks = codeBlocks(read('README.md'));
  const at = blocks.findIndex(({ note }) => note === 'init: typed');
  const typed = blocks[at]?.text.replaceAll('\\\n', ' ').trim() ?? '';
  const words = [...typed.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const request = parseCommandLine(words.slice(2));
  if (request.kind !== 'init') throw new Error(`${typed} is no init: ${JSON.stringify(request)}`);
  const bytes = Buffer.from('\nslot=1 raw=514\r\nslot=2 raw=804\r\n');
  const heard = { recognised: recognise(bytes, 9600), baudRate: 9600, bytes: bytes.length, error: null };
  const port = { port: { path: PORT, device: PORT, maker: null, heldBy: null }, heard };
  const answers = await askAnswers(new Questions(request.values, null, request.takesDefaults), {
    found: { ports: [port], chips: [], converters: [] },
    hostName: 'board',
    slots: request.slots,
    allowInsecure: request.allowInsecure,
  });
  const text = configText(answers, '/opt/replenish-agent/agent.schema.json');
  expect(blocks.find(({ note }) => note === 'init: file')?.text).toBe(text);
  expect(checkConfig(text, { config: '/etc/replenish-agent', credentials: null }).ok).toBe(true);
  const shown = blocks[at + 1]?.text ?? '';
  expect(shown).toContain(`\n${portText(port)}\n`);
  for (const step of nextSteps(answers, CONFIG_DEFAULT, CONFIG_DEFAULT, true))
    expect(shown).toContain(`\n  ${step}\n`);
});
