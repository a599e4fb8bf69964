import { expect, test } from 'vitest';
import { type ConnectionStage, chooseAfter, FIRST_CHOICE } from '../../agent/report/protocol-choice.ts';

const hourMs = 3_600_000;

/** Versions tried after each end, starting with 5; `!` marks a try without a pause. */
function versions(...ends: (ConnectionStage | [ConnectionStage, number])[]): string {
  let choice = FIRST_CHOICE;
  const tried: string[] = [];
  for (const end of ends) {
    const [stage, connectedForMs] = typeof end === 'string' ? [end, 0] : end;
    choice = chooseAfter(choice, { stage, connectedForMs });
    tried.push(`${choice.version}${choice.atOnce ? '!' : ''}`);
  }
  return tried.join(' ');
}

test('MQTT 5 is tried first', () => {
  expect(FIRST_CHOICE.version).toBe(5);
});

test('a refusal of MQTT 5 leads to 3.1.1 at once', () => {
  expect(versions('version-refused')).toBe('4!');
});

test('a broker that refuses both versions is asked again only after a pause', () => {
  expect(versions('version-refused', 'version-refused', 'version-refused')).toBe('4! 5 4');
});

test('a broker that closes before CONNACK is tried with each version in turn', () => {
  expect(versions('unanswered', 'unanswered', 'unanswered', 'unanswered')).toBe('4 5 4 5');
});

test('a broker that is down, or refuses the password, is tried with the same version', () => {
  expect(versions('unreached', 'refused', 'unreached')).toBe('5 5 5');
  expect(versions('unanswered', 'unreached', 'refused')).toBe('4 4 4');
});

test('a lost connection comes back on the version that worked', () => {
  expect(versions('version-refused', 'established', 'unreached', 'established')).toBe('4! 4 4 4');
  expect(versions('established', 'unreached')).toBe('5 5');
});

test('a version that worked gets two tries of three while nothing answers', () => {
  expect(versions('established', 'unanswered', 'unanswered', 'unanswered', 'unanswered', 'unanswered')).toBe(
    '5 5 4 5 5 4',
  );
});

test('after an hour on 3.1.1 a lost connection tries MQTT 5 again, so that an upgraded broker is found', () => {
  expect(versions('unanswered', ['established', hourMs - 1])).toBe('4 4');
  expect(versions('unanswered', ['established', hourMs])).toBe('4 5');
  expect(versions('version-refused', ['established', hourMs], 'version-refused')).toBe('4! 5 4!');
});
