import type { Pipeline } from '../../agent/pipeline-contract.ts';
import type { NotificationType } from '../../agent/policy/decision.ts';
import type { MqttTokenSource } from '../../agent/replenish/mqtt-token.ts';
import { parseNotification } from '../../agent/report/notification-message.ts';
import { parseTokenMessage } from '../../agent/report/token-message.ts';
import { topics } from '../../agent/report/topics.ts';
import type { SlotSettings } from '../../agent/settings.ts';

export const TOPICS = topics('replenish', 'simulated');

export type InboxWatcher = {
  /** A notification reaches the slot. */
  onTold(slot: string, type: NotificationType, instanceId: string | null): void;
  onSubscription(slot: string): void;
};

export type Inbox = {
  readonly tokens: Pick<MqttTokenSource, 'offer'>;
  readonly slots: readonly SlotSettings[];
  readonly pipelines: ReadonlyMap<string, Pipeline>;
  readonly watcher: InboxWatcher;
  readonly onSubscriptions: () => void;
};

/** What the broker sends reaches whom it is for, through the agent's own parsers. */
export function takeMessage(topic: string, payload: string, inbox: Inbox): void {
  const bytes = new TextEncoder().encode(payload);
  if (topic === TOPICS.token) {
    const message = parseTokenMessage(bytes);
    if (message.ok) inbox.tokens.offer(message.accessToken, message.lifetime);
  }
  if (topic === TOPICS.notification) takeNotification(bytes, inbox);
}

function takeNotification(bytes: Uint8Array, { slots, pipelines, watcher, onSubscriptions }: Inbox): void {
  const notification = parseNotification(bytes);
  if (notification.kind === 'subscriptions') onSubscriptions();
  for (const { name, limits } of slots) {
    const pipeline = pipelines.get(name);
    if (notification.kind === 'order' && notification.slotId === limits.slotId) {
      const { type, instanceId } = notification;
      watcher.onTold(name, type, instanceId);
      pipeline?.hear({ kind: 'notification', type, instanceId });
    }
    if (notification.kind === 'subscriptions') {
      const subscribed = notification.subscribed.get(limits.slotId);
      if (subscribed === undefined) continue;
      watcher.onSubscription(name);
      pipeline?.hear({ kind: 'subscription', subscribed });
    }
  }
}
