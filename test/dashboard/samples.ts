import { createFleet, type Device } from '../../config/dashboard/model/fleet.ts';
import { readMessage } from '../../config/dashboard/model/wire.ts';
import { DEVICE, type SampleDevice, SLOT } from './fleet-publisher.ts';

export const PHASES_ON_WIRE = [
  'unknown',
  'stocked',
  'low',
  'ordering',
  'in-doubt',
  'on-order',
  'held',
] as const;

/** What the page knows of a device when it has heard all of it. */
export function heardDevice({ id, status = 'online', device = {}, slots }: SampleDevice): Device {
  const fleet = createFleet();
  const hear = (topic: string, payload: string): void => {
    const heard = readMessage('p', `p/${id}/${topic}`, payload);
    if (heard === null) throw new Error(`The page does not understand ${topic}: ${payload}`);
    fleet.hear(heard);
  };
  hear('status', status);
  hear('device', JSON.stringify({ ...DEVICE, ...device }));
  for (const [name, slot] of Object.entries(slots))
    hear(`slots/${name}`, JSON.stringify({ ...SLOT, ...slot }));
  const found = fleet.devices.get(id);
  if (found === undefined) throw new Error('The page has not heard of the device.');
  return found;
}
