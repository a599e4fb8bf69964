import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CommandResult, LocalCommand } from '../../agent/command/command.ts';
import { type Conversation, createConversation } from '../../agent/local/conversation.ts';
import type { LiveFrame } from '../../agent/local/service-view.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';
import { frame, slotSeen, statusOf } from './pictures.ts';

type Bench = {
  readonly timing: VirtualTiming;
  readonly conversation: Conversation;
  readonly said: unknown[];
  readonly commands: LocalCommand[];
  show(live: LiveFrame): void;
  /** Bytes that the reader leaves lying. */
  leave(bytes: number): void;
  isHungUp(): boolean;
  ask(request: unknown): void;
};

function bench(perform?: (command: LocalCommand) => Promise<CommandResult>): Bench {
  const timing = new VirtualTiming();
  const said: unknown[] = [];
  const commands: LocalCommand[] = [];
  let live = frame({ black: slotSeen() });
  let waiting = 0;
  let isHungUp = false;
  const conversation = createConversation({
    timing,
    service: {
      perform: (command) => {
        commands.push(command);
        return perform?.(command) ?? Promise.resolve({ ok: true, message: 'Done.' });
      },
      status: () => statusOf({ black: {} }),
      live: () => live,
      reload: () => Promise.resolve({ ok: false, message: 'Line 3 is wrong.' }),
    },
    say: (text) => {
      expect(text.endsWith('\n')).toBe(true);
      said.push(JSON.parse(text));
    },
    waiting: () => waiting,
    hangUp: () => {
      isHungUp = true;
    },
  });
  return {
    timing,
    conversation,
    said,
    commands,
    show: (next) => {
      live = next;
    },
    leave: (bytes) => {
      waiting = bytes;
    },
    isHungUp: () => isHungUp,
    ask: (request) => conversation.hear(Buffer.from(`${JSON.stringify(request)}\n`)),
  };
}

const COMMANDS: readonly LocalCommand[] = [
  { kind: 'order', slot: 'black' },
  { kind: 'rearm', slot: 'black' },
  { kind: 'resolve', slot: 'black', verdict: 'not-placed' },
  { kind: 'cancel-test', slot: null },
  { kind: 'report', slot: 'black' },
  { kind: 'snooze', slot: 'black', span: { forMs: 60_000 } },
  { kind: 'snooze', slot: 'black', span: null },
];

describe('a conversation on the local socket', () => {
  test.each(COMMANDS)('hands $kind to the service and answers with its result', async (command) => {
    const { ask, commands, said } = bench();
    ask({ command });
    await Promise.resolve();
    expect(commands).toEqual([command]);
    expect(said).toEqual([{ ok: true, message: 'Done.' }]);
  });

  test('hands a reload to the service and answers with what came of it', async () => {
    const { ask, said } = bench();
    ask({ reload: true });
    await Promise.resolve();
    expect(said).toEqual([{ ok: false, message: 'Line 3 is wrong.' }]);
  });

  test('answers also when a command ends in a defect', async () => {
    const { ask, said } = bench(() => Promise.reject(new Error('at secret.ts:1')));
    ask({ command: COMMANDS[0] });
    await new Promise((resolve) => setImmediate(resolve));
    expect(said).toEqual([{ ok: false, message: expect.stringMatching(/defect/) }]);
  });

  test('takes requests in pieces, and several at once', () => {
    const { conversation, said } = bench();
    for (const byte of Buffer.from('{"status":true}\n')) conversation.hear(Buffer.of(byte));
    conversation.hear(Buffer.from('{"status":true}\n{"status":true}\n'));
    expect(said).toHaveLength(3);
    expect(said[0]).toEqual(statusOf({ black: {} }));
  });

  test.each([
    '',
    'order black',
    '{}',
    '[]',
    'null',
    '[{"status":true}]',
    '{"status":true,"__proto__":1}',
    '{"status":false}',
    '{"reload":1}',
    '{"status":true,"watch":true}',
    '{"command":{"kind":"order"}}',
    '{"command":{"kind":"order","slot":""}}',
    '{"command":{"kind":"order","slot":"black","force":true}}',
    '{"command":{"kind":"resolve","slot":"black","verdict":"perhaps"}}',
    '{"command":{"kind":"snooze","slot":"black","span":{"forMs":0}}}',
    '{"command":{"kind":"snooze","slot":"black","span":{"forMs":1e999}}}',
    '{"command":{"kind":"snooze","slot":"black","span":{"untilMs":1e999}}}',
    '{"command":{"kind":"snooze","slot":"black","span":[]}}',
    '{"command":["deregister"]}',
    `{"command":{"kind":"order","slot":"${'x'.repeat(65)}"}}`,
  ])('ends at what is no request: %s', (line) => {
    const { conversation, said, commands, isHungUp } = bench();
    conversation.hear(Buffer.from(`${line}\n{"command":{"kind":"order","slot":"black"}}\n`));
    expect(said).toEqual([{ error: expect.stringMatching(/no request/) }]);
    expect({ commands, isHungUp: isHungUp() }).toEqual({ commands: [], isHungUp: true });
  });

  test('survives any bytes, and does nothing on them', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (chunks) => {
        const { conversation, commands } = bench();
        for (const chunk of chunks) conversation.hear(Buffer.from(chunk));
        expect(commands).toEqual([]);
      }),
    );
  });

  test('ends at a line that does not end', () => {
    const { conversation, said, isHungUp } = bench();
    conversation.hear(Buffer.alloc(4096, 'x'));
    expect(isHungUp()).toBe(false);
    conversation.hear(Buffer.alloc(1, 'x'));
    expect(said).toEqual([{ error: expect.stringMatching(/4096 bytes/) }]);
    expect(isHungUp()).toBe(true);
  });

  test('lets a burst through, then five requests a second', () => {
    const { ask, said, timing, isHungUp } = bench();
    for (let count = 0; count < 20; count++) ask({ status: true });
    timing.advance(1000);
    for (let count = 0; count < 5; count++) ask({ status: true });
    expect(said).toHaveLength(25);
    expect(isHungUp()).toBe(false);
    ask({ status: true });
    expect(said.at(-1)).toEqual({ error: expect.stringMatching(/slowly/) });
    expect(isHungUp()).toBe(true);
  });

  test('sends away who asks on and reads nothing', () => {
    const { ask, leave, isHungUp } = bench();
    leave(2 * 1024 * 1024);
    ask({ status: true });
    expect(isHungUp()).toBe(true);
  });

  test('ends after a minute in which nothing is asked, but not while somebody watches', () => {
    const silent = bench();
    silent.timing.advance(60_000);
    expect(silent.isHungUp()).toBe(true);
    const watching = bench();
    watching.ask({ watch: true });
    watching.timing.advance(600_000);
    expect(watching.isHungUp()).toBe(false);
  });
});

describe('watching', () => {
  test('begins with a frame, and tells what changes, five times a second at the most', () => {
    const { ask, said, show, timing } = bench();
    ask({ watch: true });
    expect(said).toEqual([frame({ black: slotSeen() })]);
    timing.advance(10_000);
    expect(said).toHaveLength(1);
    for (let raw = 0; raw < 1000; raw++) {
      show(frame({ black: slotSeen({ raw }) }));
      timing.advance(1);
    }
    expect(said.length).toBeGreaterThanOrEqual(5);
    expect(said.length).toBeLessThanOrEqual(7);
  });

  test('is silent about times that only pass', () => {
    const { ask, said, show, timing } = bench();
    ask({ watch: true });
    show(
      frame({
        black: slotSeen({ emptyAt: '2026-12-01T00:00:00.000Z', nextWakeAt: '2026-12-01T00:00:01.000Z' }),
      }),
    );
    timing.advance(1000);
    expect(said).toHaveLength(1);
  });

  test('leaves out for a slow reader what is old, and goes on with the newest', () => {
    const { ask, said, show, leave, timing } = bench();
    ask({ watch: true });
    leave(1);
    for (let raw = 0; raw < 100; raw++) {
      show(frame({ black: slotSeen({ raw }) }));
      timing.advance(200);
    }
    expect(said).toHaveLength(1);
    leave(0);
    timing.advance(200);
    expect(said).toEqual([expect.anything(), frame({ black: slotSeen({ raw: 99 }) })]);
  });

  test('leaves no timer behind when the other side is gone', () => {
    const { ask, conversation, timing } = bench();
    ask({ watch: true });
    conversation.end();
    expect(timing.pending).toBe(0);
  });
});
