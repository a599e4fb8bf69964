import type { LiveFrame } from './service-view.ts';

/** One line about everything, for `systemctl status`. Pure. */
export function statusLine({ slots, device, broker }: LiveFrame): string {
  const phases = new Map<string, number>();
  for (const { phase } of Object.values(slots)) phases.set(phase, (phases.get(phase) ?? 0) + 1);
  const counted = [...phases].map(([phase, count]) => `${count} ${phase}`).join(', ');
  const failed = Object.entries(device.hardware)
    .filter(([, { state }]) => state !== 'open')
    .map(([name, { state }]) => `${name} is ${state}`);
  const parts = [
    `Slots: ${counted || 'none'}`,
    broker.connected ? 'broker connected' : 'no broker',
    ...failed,
    ...(device.store.error === null ? [] : ['the state cannot be written']),
    ...(device.config.error === null ? [] : ['a new configuration was refused']),
  ];
  return `${parts.join('; ')}.`;
}
