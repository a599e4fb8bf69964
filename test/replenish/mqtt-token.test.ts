import { describe, expect, it } from 'vitest';
import { createMqttToken } from '../../agent/replenish/mqtt-token.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

const HOUR_MS = 3_600_000;

function source({ online = true, wallTrusted = true } = {}) {
  const timing = new VirtualTiming();
  const requests: string[] = [];
  const world = { online, changes: 0, wallMs: Date.UTC(2026, 10, 23) };
  const tokens = createMqttToken({
    timing,
    wall: () => ({ wallMs: world.wallMs, wallTrusted }),
    request: (reason) => {
      if (world.online) requests.push(reason);
      return world.online;
    },
    onChange: () => {
      world.changes++;
    },
  });
  return { timing, requests, world, tokens };
}

describe('a token over MQTT', () => {
  it('is asked for as soon as the broker can be reached, and again while no answer comes, ever more slowly', () => {
    const { timing, requests, tokens } = source();
    tokens.connected();
    expect(requests).toEqual(['start']);
    timing.advance(10_000);
    timing.advance(20_000);
    expect(requests).toHaveLength(3);
    timing.advance(24 * HOUR_MS);
    expect(requests.length).toBeLessThan(3 + 150);
    expect(requests.length).toBeGreaterThan(100);
  });

  it('is not asked for while there is no connection', () => {
    const { timing, requests, world, tokens } = source({ online: false });
    tokens.connected();
    timing.advance(HOUR_MS);
    expect(requests).toEqual([]);
    world.online = true;
    tokens.connected();
    expect(requests).toEqual(['start']);
  });

  it('is used until it expires by the monotonic clock, and replaced before that', () => {
    const { timing, requests, world, tokens } = source();
    tokens.connected();
    expect(tokens.offer('Atza|1', { kind: 'in', ms: HOUR_MS })).toBeNull();
    expect(tokens.current()?.text).toBe('Atza|1');
    expect(tokens.status()).toMatchObject({ state: 'valid' });
    world.wallMs += 400 * 24 * HOUR_MS;
    timing.advance(HOUR_MS - 300_001);
    expect(requests).toEqual(['start']);
    timing.advance(1);
    expect(requests).toEqual(['start', 'expiring']);
    timing.advance(300_000);
    expect(tokens.current()).toBeNull();
    expect(tokens.status()).toMatchObject({ state: 'expired' });
    expect(requests.at(-1)).toMatch(/expir/);
    tokens.offer('Atza|2', { kind: 'in', ms: HOUR_MS });
    expect(tokens.current()?.text).toBe('Atza|2');
    expect(world.changes).toBe(3);
  });

  it('with a date of expiry lives by the wall clock when that is believed, and an hour when it is not', () => {
    const trusted = source();
    trusted.tokens.offer('Atza|1', { kind: 'at', wallMs: trusted.world.wallMs + 60_000 });
    trusted.timing.advance(60_000);
    expect(trusted.tokens.current()).toBeNull();

    const untrusted = source({ wallTrusted: false });
    untrusted.tokens.offer('Atza|1', { kind: 'at', wallMs: 0 });
    expect(untrusted.tokens.current()?.text).toBe('Atza|1');
    untrusted.timing.advance(HOUR_MS);
    expect(untrusted.tokens.current()).toBeNull();
  });

  it('that has expired already, or is no token, is refused in words that do not repeat it', () => {
    const { tokens, world } = source();
    expect(tokens.offer('Atza|old', { kind: 'at', wallMs: world.wallMs - 1 })).toMatch(/expired/);
    expect(tokens.offer('two words', { kind: 'unknown' })).toMatch(/not an access token/);
    expect(tokens.offer('x\r\ny', { kind: 'unknown' })).not.toContain('x');
    expect(tokens.current()).toBeNull();
  });

  it('that DRS refused is asked for anew, and offering it again is no answer', () => {
    const { timing, requests, tokens } = source();
    tokens.connected();
    tokens.offer('Atza|1', { kind: 'in', ms: HOUR_MS });
    tokens.refresh(tokens.current()?.fingerprint ?? '');
    expect(requests).toEqual(['start', 'rejected']);
    expect(tokens.offer('Atza|1', { kind: 'in', ms: HOUR_MS })).toMatch(/DRS has refused/);
    expect(tokens.status()).toMatchObject({ state: 'rejected' });
    timing.advance(10_000);
    expect(requests).toEqual(['start', 'rejected', 'rejected']);
    tokens.offer('Atza|2', { kind: 'in', ms: HOUR_MS });
    expect(tokens.status()).toMatchObject({ state: 'valid' });
    timing.advance(600_000);
    expect(requests).toHaveLength(3);
  });

  it('that was refused after another one had come is not asked for', () => {
    const { requests, tokens } = source();
    tokens.connected();
    tokens.offer('Atza|2', { kind: 'in', ms: HOUR_MS });
    tokens.refresh('fingerprint of an older one');
    expect(requests).toEqual(['start']);
  });

  it('that DRS refused does not displace a good one when it comes again, and neither does one refused before it', () => {
    const { timing, requests, tokens } = source();
    tokens.connected();
    for (const text of ['Atza|1', 'Atza|2']) {
      tokens.offer(text, { kind: 'in', ms: HOUR_MS });
      tokens.refresh(tokens.current()?.fingerprint ?? '');
    }
    tokens.offer('Atza|3', { kind: 'in', ms: HOUR_MS });
    for (const text of ['Atza|1', 'Atza|2']) {
      const refusal = tokens.offer(text, { kind: 'in', ms: 2 * HOUR_MS });
      expect(refusal).toMatch(/DRS has refused/);
      expect(refusal).not.toContain('Atza');
    }
    expect(tokens.current()?.text).toBe('Atza|3');
    expect(tokens.status()).toMatchObject({ state: 'valid' });
    timing.advance(HOUR_MS);
    expect(requests.slice(0, 4)).toEqual(['start', 'rejected', 'rejected', 'expiring']);
    expect(tokens.status()).toMatchObject({ state: 'expired' });
  });

  it('that DRS refused stays refused when a slot complains late about an older one', () => {
    const { tokens } = source();
    tokens.offer('Atza|1', { kind: 'in', ms: HOUR_MS });
    tokens.refresh(tokens.current()?.fingerprint ?? '');
    tokens.refresh('fingerprint of an older one');
    expect(tokens.status()).toMatchObject({ state: 'rejected' });
  });

  it('is replaced before it expires also when the broker was lost and found meanwhile', () => {
    const { timing, requests, tokens } = source();
    tokens.connected();
    tokens.offer('Atza|1', { kind: 'in', ms: HOUR_MS });
    tokens.connected();
    expect(requests).toEqual(['start']);
    timing.advance(HOUR_MS - 300_000);
    expect(requests).toEqual(['start', 'expiring']);
  });

  it('that is missing is not said to have been asked for before the broker was reached', () => {
    const { requests, tokens } = source({ online: false });
    tokens.start();
    expect(requests).toEqual([]);
    expect(tokens.status().error).toMatch(/While the broker is connected it is asked for on token\/request/);
    expect(tokens.status().error).not.toMatch(/was asked/);
  });

  it('leaves no timer behind when it is stopped', () => {
    const { timing, tokens } = source();
    tokens.connected();
    tokens.offer('Atza|1', { kind: 'in', ms: HOUR_MS });
    tokens.stop();
    expect(timing.pending).toBe(0);
  });
});
