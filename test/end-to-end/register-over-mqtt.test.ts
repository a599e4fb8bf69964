import { expect, test } from 'vitest';
import { DEVICE_CLIENT } from '../sandbox/sandbox-options.ts';
import { startLwaRig, untilState } from './lwa-rig.ts';
import { BASE } from './reports.ts';

const REDIRECT_URI = 'https://maker.example/registered';

test('a companion app registers the device over MQTT: once, with its state, and the code is seen nowhere', async () => {
  const lwa = await startLwaRig(
    {},
    {},
    {},
    {
      mqtt: { registration: true },
      replenish: { registration: { model: 'SandboxModel1', serial: 'SN0001', redirectUri: REDIRECT_URI } },
    },
  );
  const { rig } = lwa;
  rig.startAgent();
  await untilState(lwa, 'missing');
  const told = (topic: string): Record<string, string | boolean>[] =>
    rig.topics.messages
      .filter((message) => message.topic === `${BASE}registration/${topic}`)
      .map(({ payload }) => JSON.parse(payload));
  await rig.publish('registration', '{"id":"r0","action":"finish"}');
  await rig.publish('registration', JSON.stringify({ id: 'r1', action: 'begin' }));
  await rig.until('there is a challenge', () => told('challenge').length === 1);
  const [challenge = {}] = told('challenge');
  const code = rig.sandbox.issueCode({
    redirectUri: REDIRECT_URI,
    clientId: DEVICE_CLIENT.clientId,
    challenge: { value: String(challenge['codeChallenge']), method: 'S256' },
  });
  const finish = (id: string, state: unknown): Promise<void> =>
    rig.publish(
      'registration',
      JSON.stringify({ id, action: 'finish', code, redirectUri: REDIRECT_URI, state }),
    );
  await finish('r2', 'another-state');
  await finish('r3', challenge['state']);
  await finish('r4', challenge['state']);
  await rig.until('all are answered', () => told('result').length === 3);
  const results = Object.fromEntries(told('result').map(({ id, ok }) => [id, ok]));
  expect(results).toEqual({ r2: false, r3: true, r4: false });
  await untilState(lwa, 'valid');
  expect(rig.agent.stdout).not.toContain(code);
  for (let count = 0; count < 6; count += 1)
    await rig.publish('registration', JSON.stringify({ id: `b${count}`, action: 'begin' }));
  await rig.until('it is too often', () =>
    told('result').some(({ message }) => String(message).startsWith('Too many')),
  );
});
