import type { Config } from '../../config/config.ts';
import type { SlotView } from '../report/payload.ts';
import { wireTimeOrNull } from '../report/wire-value.ts';
import type { LiveExtras } from './service-view.ts';

/** What only the live view tells of a slot: where its marks are, and whether somebody snoozed it. */
export function extrasFrom({ slots }: Config): (slot: string, view: SlotView) => LiveExtras {
  return (name, { snoozedUntilMs }) => {
    const slot = slots[name];
    return {
      reorderAt: slot?.reorderAtPercent ?? 0,
      rearmAt: slot?.rearmAtPercent ?? 0,
      snoozedUntil: wireTimeOrNull(snoozedUntilMs),
    };
  };
}
