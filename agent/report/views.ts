import type { DeviceView } from './device-payload.ts';
import type { Announcement } from './home-assistant.ts';
import type { Inventory } from './inventory.ts';
import type { SlotView } from './payload.ts';

/** What the agent is, for reports, at any moment. */
export type Views = {
  slots(): ReadonlyMap<string, SlotView>;
  device(): DeviceView;
  /** What is to stand there for Alexa; null for nothing. */
  inventory(): Inventory | null;
  /** What is to stand at Home Assistant; null for nothing. */
  announcement(): Announcement | null;
};
