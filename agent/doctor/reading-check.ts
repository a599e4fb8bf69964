import type { SlotConfig } from '../../config/config.ts';
import type { StatusDocument } from '../local/service-view.ts';
import { type Check, type Finding, fail, JOURNAL, ok, type Rounds, warn } from './check.ts';
import { deviceCheckName } from './device-check.ts';
import { LISTEN_MS_MAX, type LiveReading } from './live-readings.ts';

/** A live reading of one slot: from the running service, which keeps its ports, else from the sensor itself. */
export function readingCheck(slot: string, { sensor }: SlotConfig): Check {
  return {
    name: `reading ${slot}`,
    needs: deviceCheckName(sensor.from),
    run: async (rounds) => {
      const seen = await rounds.service();
      switch (seen.kind) {
        case 'running':
          return asServiceSees(slot, sensor.from, seen.status);
        case 'refused':
          return warn(
            `Not looked at: a service may have the port, and does not answer. ${seen.why}`,
            `sudo ${rounds.command('doctor')}`,
          );
        case 'stopped':
          if (rounds.live === null) return warn('Not looked at, without a configuration.', null);
          return judge(await rounds.live.read(slot), sensor.from, rounds);
      }
    },
  };
}

function asServiceSees(slot: string, hardware: string, { device, slots }: StatusDocument): Finding {
  const seen = slots[slot];
  if (seen === undefined)
    return warn(
      'The running service does not know this slot: its configuration is older.',
      'sudo systemctl reload replenish-agent',
    );
  const trouble = device?.hardware[hardware]?.error ?? null;
  const told = 'as the running service reads it';
  if (seen.sensor === 'ok' && seen.raw !== null)
    return seen.isNoisy
      ? warn(`Raw ${seen.raw}, ${told}: it jumps too much to be believed.`, 'replenish-agent status')
      : ok(`Raw ${seen.raw}, ${levelText(seen.level)}, ${told}.`);
  const raw = seen.raw === null ? 'No reading has come' : `Raw ${seen.raw} is the last that came`;
  return fail(
    `${raw}, ${told}; the sensor is ${seen.sensor ?? 'not known'}. ${trouble ?? seen.why}`,
    JOURNAL,
  );
}

function judge({ level, health }: LiveReading, hardware: string, { command }: Rounds): Finding {
  const { lastRaw } = level;
  if (level.level.kind === 'known') return ok(`Raw ${lastRaw}, ${levelText(level.level.percent)}.`);
  if (lastRaw !== null) {
    const why =
      level.level.cause === 'sentinel'
        ? 'the value by which the sensor says that it sees nothing'
        : 'outside of valid';
    return fail(
      `Raw ${lastRaw} is ${why}. Look at the sensor, then at valid and sentinels of the slot.`,
      command('check'),
    );
  }
  if (health.error !== null) return fail(health.error, 'sudo dmesg | tail -n 30');
  const bad = health.badFrames === 0 ? '' : `, and ${health.badFrames} frames could not be read`;
  return fail(
    `Nothing came for this slot within ${LISTEN_MS_MAX / 1000} s${bad}. Look at power, wiring, speed and channel of ${hardware}.`,
    command('check'),
  );
}

function levelText(percent: number | null): string {
  return percent === null ? 'no level yet' : `${Math.round(percent * 10) / 10} % full`;
}
