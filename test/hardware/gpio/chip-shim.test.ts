import { expect, onTestFinished, test } from 'vitest';
import { startRig } from '../../support/rig.ts';
import { ShimmedChip } from './chip.ts';

/** The agent with one slot on a ladder of three switches, whose chip is laid into its process. */
async function startOnChip(lines: readonly (number | string)[], env: Readonly<Record<string, string>> = {}) {
  const rig = await startRig({ isHeldBack: true });
  const chip = new ShimmedChip(rig.folder);
  onTestFinished(() => chip.close());
  const tank = { lines, activeLow: true, bias: 'pull-up', debounce: '5ms' };
  const slot = { sensor: { from: 'floats', channel: 'tank' }, calibration: { empty: 0, full: 3 } };
  rig.writeConfig({
    hardware: { floats: { driver: 'gpio', chip: chip.path, channels: { tank }, interval: '100ms' } },
    slots: { black: slot },
  });
  rig.startAgent({ env: { ...chip.env, ...env } });
  const error = () => rig.told.device()?.hardware['floats']?.error ?? '';
  return { rig, chip, error };
}

test.each([
  {
    kernel: 'with edges',
    env: {},
    granted: '17,27,22, flags=0x136 debounce=5000 consumer=replenish-agent',
  },
  {
    kernel: 'without interrupts',
    env: { GPIO_SHIM_NO_EDGES: '1' },
    granted: '17,27,22, flags=0x106 debounce=0 consumer=replenish-agent',
  },
])('on a kernel $kernel a ladder that runs dry ends in an order, and its refill in stock', async (each) => {
  const { rig, chip, error } = await startOnChip([17, 'GPIO27', 22], each.env);
  chip.drive(0, 17, 27, 22);
  await rig.untilPhase('black', 'stocked');
  expect(chip.requests()).toEqual([each.granted]);
  await rig.until('black is full', () => rig.told.slot('black')?.level === 100);
  chip.drive(1, 22, 27, 17);
  await rig.untilPhase('black', 'on-order');
  expect(rig.posts('black')).toHaveLength(1);
  chip.drive(0, 17, 27, 22);
  await rig.untilPhase('black', 'stocked');
  chip.remove();
  await rig.until('the loss is reported', () =>
    error().includes('was unplugged or stopped working (ENODEV)'),
  );
  expect(rig.posts('black')).toHaveLength(1);
});

test('a line that the kernel itself uses is told with the name of its user', async () => {
  const { rig, error } = await startOnChip([17, 'GPIO5', 22]);
  await rig.until('the line is reported', () => /Line GPIO5 of .* is in use by "onewire@0"/.test(error()));
});
