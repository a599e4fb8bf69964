import { expect, test } from 'vitest';
import { startRig } from '../support/rig.ts';

const TOPIC = /^homeassistant\/device\/replenish\/rig\/config$/;
const ON = { mqtt: { homeAssistant: true } };

test('the device announces itself with its slots, takes one back that goes, and itself when it is told to', async () => {
  const rig = await startRig({ slots: { black: {}, cyan: {} }, config: ON });
  const announced = () =>
    rig.topics.messages.filter(({ topic }) => TOPIC.test(topic)).map(({ payload }) => payload);
  const components = () => JSON.parse(announced().at(-1) ?? '{}').components;
  await rig.until('it is announced', () => announced().length > 0);
  expect(components()).toMatchObject({
    'slot_black-level': { platform: 'sensor', state_topic: 'replenish/rig/slots/black' },
    'slot_cyan-problem': { platform: 'binary_sensor' },
  });

  rig.writeConfig({ slots: { cyan: undefined } });
  rig.agent.signal('SIGHUP');
  await rig.until('the slot is taken back', () => components()?.['slot_cyan-level']?.name === undefined);
  expect(components()['slot_cyan-level']).toEqual({ platform: 'sensor' });
  expect(components()['slot_black-level']).toHaveProperty('unique_id');

  rig.writeConfig({ mqtt: { homeAssistant: false } });
  rig.agent.signal('SIGHUP');
  await rig.until('the device is taken back', () => announced().at(-1) === '');
});
