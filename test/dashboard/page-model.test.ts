import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDashboardWords } from '../../agent/dashboard/dashboard-words.ts';
import { indexAfterKey, scrollTo, scrollWindow } from '../../config/dashboard/model/scroll-window.ts';
import { readHash, readHints, settingsMistake, withWords } from '../../config/dashboard/model/settings.ts';
import { levelText, relativeText } from '../../config/dashboard/model/words.ts';
import { isLoopback, parseListenAddress } from '../../config/listen-address.ts';

describe('scrollWindow', () => {
  test('holds every row that can be seen, and few more', () => {
    const natural = fc.integer({ min: 0, max: 30_000 });
    fc.assert(
      fc.property(natural, fc.integer({ min: 1, max: 3_000 }), natural, (scrollTop, view, count) => {
        const { first, end } = scrollWindow(scrollTop, view, 60, count);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(Math.max(count, first));
        expect(end - first).toBeLessThanOrEqual(view / 60 + 14);
        for (let row = 0; row < count; row += 1)
          if ((row + 1) * 60 > scrollTop && row * 60 < scrollTop + view) {
            expect(row).toBeGreaterThanOrEqual(first);
            expect(row).toBeLessThan(end);
          }
      }),
      { numRuns: 30 },
    );
  });

  test('scrolls no further than a row needs', () => {
    expect(scrollTo(3, 0, 300, 60)).toBe(0);
    expect(scrollTo(5, 0, 300, 60)).toBe(60);
    expect(scrollTo(1, 200, 300, 60)).toBe(60);
  });

  test('follows the keys of a list', () => {
    expect(
      ['ArrowDown', 'ArrowUp', 'PageDown', 'Home', 'End', 'x'].map((key) => indexAfterKey(key, 4, 100, 9)),
    ).toEqual([5, 3, 13, 0, 99, null]);
    expect(indexAfterKey('ArrowDown', -1, 100, 9)).toBe(0);
    expect(indexAfterKey('End', 0, 0, 9)).toBeNull();
    expect(indexAfterKey('constructor', 0, 9, 9)).toBeNull();
  });
});

describe('settings', () => {
  test('come from the address, else from the server, else from nowhere', () => {
    const page = 'http://127.0.0.1:8080/';
    const hints = readHints({ brokerUrl: '/mqtt', topicPrefix: 'site' }, page);
    expect(readHash('', hints)).toEqual({
      brokerUrl: 'ws://127.0.0.1:8080/mqtt',
      topicPrefix: 'site',
      username: '',
    });
    expect(readHash('#broker=wss%3A%2F%2Fb%2Fmqtt&user=ops', hints)).toEqual({
      brokerUrl: 'wss://b/mqtt',
      topicPrefix: 'site',
      username: 'ops',
    });
    expect(readHints(null, page)).toEqual({ brokerUrl: null, topicPrefix: 'replenish' });
    expect(readHints({ brokerUrl: 7 }, page).brokerUrl).toBeNull();
    expect(readHints({ brokerUrl: '/mqtt' }, 'https://d.example/x/').brokerUrl).toBe('wss://d.example/mqtt');
  });

  test('are refused with a sentence when they can not work', () => {
    const good = { brokerUrl: 'ws://192.168.1.20:9001', topicPrefix: 'replenish', username: '' };
    expect(settingsMistake(good)).toBeNull();
    for (const bad of ['', 'mqtt://b:1883', 'javascript:alert(1)', 'ws://user:secret@b'])
      expect(settingsMistake({ ...good, brokerUrl: bad })).toMatch(/\.$/);
    for (const bad of ['', '#', 'a/+/b', '/a', 'a/'])
      expect(settingsMistake({ ...good, topicPrefix: bad })).toMatch(/\.$/);
  });

  test('change one word of the address and leave the others', () => {
    expect(withWords('#broker=ws%3A%2F%2Fb&controls=t', { device: 'm', broker: null })).toBe(
      '#controls=t&device=m',
    );
    expect(withWords('#device=m', { device: '' })).toBe('');
  });
});

describe('words', () => {
  test('tell times and levels as people do', () => {
    expect(relativeText(3 * 86_400_000, 0)).toBe('in 3 d');
    expect(relativeText(0, 90_000)).toBe('2 min ago');
    expect(relativeText(500, 0)).toBe('now');
    expect([levelText(null), levelText(7.25), levelText(42.4)]).toEqual(['unknown', '7.3 %', '42 %']);
  });
});

describe('the words of the command dashboard', () => {
  const read = (words: Readonly<Record<string, string>>) =>
    readDashboardWords(new Map(Object.entries(words)));

  test('stay on this machine unless told otherwise', () => {
    const words = read({});
    expect(words).toEqual({
      listen: { host: '127.0.0.1', port: 8090 },
      hints: { brokerUrl: null, topicPrefix: 'replenish' },
    });
    expect(
      ['127.0.0.1', '127.1.2.3', '::1', 'localhost'].every((host) => isLoopback({ host, port: 1 })),
    ).toBe(true);
    expect(
      ['0.0.0.0', '::', '10.0.0.1', '127.evil.example'].some((host) => isLoopback({ host, port: 1 })),
    ).toBe(false);
  });

  test('are refused when they are no address', () => {
    expect(parseListenAddress('[::1]:0')).toEqual({ host: '::1', port: 0 });
    for (const listen of ['8080', 'host', 'host:', 'host:70000', ':80', '::1:80', 'a b:1'])
      expect(read({ listen })).toMatch(/--listen/);
    for (const url of ['mqtt://b', 'nonsense', 'ws://u:p@b'])
      expect(read({ 'broker-url': url })).toMatch(/--broker-url/);
  });
});
