import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CommandSituation, parseCommand } from '../../agent/command/parse-command.ts';
import { documentedMessages } from '../support/asyncapi.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const SITUATION: CommandSituation = { slots: ['black', 'cyan'], wallMs: NOW_MS, wallTrusted: true };
const LATER = '2026-11-23T13:00:00.000Z';
const EARLIER = '2026-11-23T11:59:59.999Z';

const read = (value: unknown, situation: Partial<CommandSituation> = {}, retained = false) =>
  parseCommand(Buffer.from(JSON.stringify(value)), retained, { ...SITUATION, ...situation });

describe('a command', () => {
  it.each([
    [
      { command: 'order', slot: 'black' },
      { kind: 'order', slot: 'black' },
    ],
    [
      { command: 'order', slot: 'black', expiresAt: LATER, more: 1 },
      { kind: 'order', slot: 'black' },
    ],
    [
      { command: 'rearm', slot: 'cyan', expiresAt: null },
      { kind: 'rearm', slot: 'cyan' },
    ],
    [
      { command: 'resolve', slot: 'black', verdict: 'not-placed' },
      { kind: 'resolve', slot: 'black', verdict: 'not-placed' },
    ],
    [{ command: 'cancel-test' }, { kind: 'cancel-test', slot: null }],
    [
      { command: 'cancel-test', slot: 'cyan' },
      { kind: 'cancel-test', slot: 'cyan' },
    ],
    [
      { command: 'report', slot: null },
      { kind: 'report', slot: null },
    ],
    [
      { command: 'snooze', slot: 'black', for: '3d' },
      { kind: 'snooze', slot: 'black', span: { forMs: 259_200_000 } },
    ],
    [
      { command: 'snooze', slot: 'black', until: '2026-11-23T14:00:00+01:00' },
      { kind: 'snooze', slot: 'black', span: { untilMs: NOW_MS + 3_600_000 } },
    ],
    [
      { command: 'snooze', slot: 'black', off: true },
      { kind: 'snooze', slot: 'black', span: null },
    ],
  ])('%j is read', (fields, command) => {
    expect(read({ id: 'a-1', ...fields })).toEqual({ ok: true, id: 'a-1', command });
  });

  it.each<[object, RegExp]>([
    [{ command: 'explode', slot: 'black' }, /Known are: order, rearm, resolve, cancel-test, report, snooze/],
    [{ slot: 'black' }, /no such command/],
    [{ command: 'order' }, /needs a slot. There are: black, cyan/],
    [{ command: 'order', slot: 'blck' }, /no such slot. There are: black, cyan/],
    [{ command: 'report', slot: '__proto__' }, /no such slot/],
    [{ command: 'order', slot: 7 }, /name of a slot/],
    [{ command: 'order', slot: 'black', expiresAt: 'soon' }, /ISO 8601/],
    [{ command: 'order', slot: 'black', expiresAt: '2026-11-23T12:00:00' }, /ISO 8601/],
    [{ command: 'order', slot: 'black', expiresAt: '2027-02-30T12:00:00Z' }, /ISO 8601/],
    [{ command: 'order', slot: 'black', expiresAt: '2027-01-31 12:00:00Z' }, /ISO 8601/],
    [{ command: 'order', slot: 'black', expiresAt: EARLIER }, /expired/],
    [{ command: 'report', expiresAt: EARLIER }, /expired/],
    [{ command: 'resolve', slot: 'black' }, /needs a verdict/],
    [{ command: 'resolve', slot: 'black', verdict: 'maybe' }, /placed or not-placed/],
    [{ command: 'snooze', slot: 'black' }, /needs one of these/],
    [{ command: 'snooze', slot: 'black', off: false }, /needs one of these/],
    [{ command: 'snooze', slot: 'black', for: '3d', off: true }, /needs one of these/],
    [{ command: 'snooze', slot: 'black', for: '3 days' }, /duration/],
    [{ command: 'snooze', slot: 'black', until: 'tomorrow' }, /ISO 8601/],
  ])('%j is refused by its id, with what to do', (fields, why) => {
    expect(read({ id: 'a-1', ...fields })).toEqual({
      ok: false,
      id: 'a-1',
      refusal: expect.stringMatching(why),
    });
  });

  it.each([
    {},
    { id: '' },
    { id: 'a b' },
    { id: 'a'.repeat(65) },
    { id: 5 },
    { id: 'ä' },
    [],
    'order',
    null,
    7,
  ])('%j has no id to be answered by', (value) => {
    expect(read(value)).toEqual({ ok: false, id: null, refusal: expect.stringMatching(/id/) });
  });

  it('that is retained is refused', () => {
    const refusal = expect.stringMatching(/retain/);
    expect(read({ id: 'a', command: 'order', slot: 'black' }, {}, true)).toEqual({
      ok: false,
      id: 'a',
      refusal,
    });
  });

  it('with an end is refused while the clock is in doubt, if an order could come of it', () => {
    const doubt = { wallTrusted: false };
    for (const expiresAt of [EARLIER, LATER]) {
      for (const fields of [
        { command: 'order' },
        { command: 'rearm' },
        { command: 'resolve', verdict: 'not-placed' },
        { command: 'snooze', off: true },
      ]) {
        expect(read({ id: 'a', slot: 'black', expiresAt, ...fields }, doubt)).toMatchObject({ ok: false });
        expect(read({ id: 'a', slot: 'black', ...fields }, doubt)).toMatchObject({ ok: true });
      }
      expect(read({ id: 'a', command: 'report', expiresAt }, doubt)).toMatchObject({ ok: true });
      expect(read({ id: 'a', command: 'snooze', slot: 'black', for: '1d', expiresAt }, doubt)).toMatchObject({
        ok: true,
      });
    }
  });

  it('names no more than twenty slots of many', () => {
    const slots = Array.from({ length: 500 }, (_, index) => `slot-${index}`);
    const answer = read({ id: 'a', command: 'order' }, { slots });
    expect(answer).toMatchObject({ refusal: expect.stringMatching(/There are 500: .*slot-19 and others/) });
  });
});

it('whatever comes, the answer is a command or a sentence that repeats nothing of it', () => {
  const secret = 'Atza|planted';
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .record(
        {
          id: fc.oneof(fc.constant('a'), fc.constant(secret), fc.anything()),
          command: fc.oneof(fc.constantFrom('order', 'snooze', secret), fc.anything()),
          slot: fc.oneof(fc.constantFrom('black', secret), fc.anything()),
          expiresAt: fc.oneof(fc.constant(secret), fc.anything()),
        },
        { requiredKeys: [] },
      )
      .map((value) => Buffer.from(JSON.stringify(value) ?? '')),
  );
  fc.assert(
    fc.property(hostile, fc.boolean(), (payload, retained) => {
      const parsed = parseCommand(payload, retained, SITUATION);
      if (parsed.ok) {
        expect(retained).toBe(false);
        expect(parsed.command.slot === null || SITUATION.slots.includes(parsed.command.slot)).toBe(true);
      } else {
        expect(parsed.refusal).toMatch(/^[A-Za-z].*\.$/);
        expect(parsed.refusal).not.toContain(secret);
      }
    }),
  );
});

it('more than 4 KiB are not even read', () => {
  const payload = Buffer.from(`{"id":"a","command":"report"}${' '.repeat(4096)}`);
  expect(parseCommand(payload, false, SITUATION)).toMatchObject({ ok: false, id: null });
});

it('the documented examples are taken', () => {
  const examples = documentedMessages.find(({ address }) => address === 'command')?.examples ?? [];
  expect(examples.length).toBeGreaterThan(5);
  for (const example of examples)
    expect(read(example, { wallMs: Date.UTC(2025, 2, 1) })).toMatchObject({ ok: true });
});
