import type { Config } from '../../config/config.ts';
import type { Cancel } from '../../hardware/timing.ts';
import type { TokenRequestReason } from '../replenish/access-token.ts';
import type { TokenOffer } from '../replenish/open-tokens.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { Device } from './device.ts';
import { type DeviceView, devicePayload } from './device-payload.ts';
import type { LinkState } from './link.ts';
import { createMqttLink } from './mqtt-link.ts';
import { createOutboxSender } from './outbox-sender.ts';
import { type SlotView, slotPayload, tokenRequestPayload } from './payload.ts';
import { createRetainedBoard } from './retained-board.ts';
import { parseTokenMessage } from './token-message.ts';
import { mqttClientId, topics } from './topics.ts';

/** Everything between the agent and its broker. */
export type Uplink = {
  /** Connects and keeps connecting; `slots` are repeated slowly, so that a lost retained state heals. */
  start(onConnected: () => void, slots: ReadonlyMap<string, { view(): SlotView }>): void;
  showSlot(slot: string, view: SlotView): void;
  showDevice(view: DeviceView): void;
  /** Order events wait in the outbox. */
  sendReports(): void;
  /** Asks the cloud for a token; false when there is no connection to ask over. */
  requestToken(reason: TokenRequestReason): boolean;
  stop(): Promise<void>;
};

export type UplinkDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: StateStore;
  readonly device: Device;
  /** Takes a token that came; returns why it was refused, or null. */
  readonly onToken: (offer: TokenOffer) => string | null;
};

export function createUplink(config: Config, deps: UplinkDeps): Uplink {
  const { clock, log, store, device } = deps;
  const names = topics(config.mqtt.topicPrefix, config.device.id);
  let onConnected: () => void = () => undefined;
  let cancelHeartbeat: Cancel | null = null;

  const link = createMqttLink({
    settings: config.mqtt,
    clientId: mqttClientId(config.mqtt.topicPrefix, config.device.id),
    statusTopic: names.status,
    subscriptions: config.replenish.token.source === 'mqtt' ? [names.token] : [],
    timing: clock,
    random: Math.random,
    onMessage: (topic, payload) => {
      if (topic === names.token) takeToken(payload);
    },
    onState: (state) => onLinkState(state),
  });
  const board = createRetainedBoard({
    publisher: link,
    onRefused: (sentence) => log.warn({ broker: config.mqtt.url }, sentence),
  });
  const sender = createOutboxSender({
    publisher: link,
    timing: clock,
    onTrouble: (sentence) => {
      if (sentence === null) log.info({}, 'Order events leave the outbox again.');
      else log.warn({ waiting: store.outbox.depth() }, sentence);
    },
    source: {
      peek: () => {
        const entry = store.outbox.peek();
        return entry === null ? null : { ...entry, topic: names.slotOrder(entry.slot) };
      },
      remove: (sequence) => store.outbox.remove(sequence),
      depth: () => store.outbox.depth(),
    },
  });

  const takeToken = (payload: Buffer): void => {
    const message = parseTokenMessage(payload);
    const refusal = message.ok ? deps.onToken(message) : message.refusal;
    if (refusal !== null) log.warn({ topic: names.token }, refusal);
  };

  let wasConnected = false;
  const onLinkState = (state: LinkState): void => {
    if (state.error !== null) log.warn({ broker: config.mqtt.url }, state.error);
    if (state.connected && !wasConnected) {
      log.info({ broker: config.mqtt.url, mqttVersion: state.protocolVersion }, 'Connected to the broker.');
      board.reconnected();
      sender.reconnected();
      onConnected();
    }
    wasConnected = state.connected;
  };

  const heartbeat = (slots: ReadonlyMap<string, { view(): SlotView }>): void => {
    cancelHeartbeat = clock.after(config.mqtt.heartbeatMs, () => {
      for (const [slot, pipeline] of slots) board.set(names.slot(slot), slotPayload(pipeline.view()));
      board.set(names.device, devicePayload(device.view()));
      heartbeat(slots);
    });
  };

  return {
    start: (connected, slots) => {
      onConnected = connected;
      link.start();
      heartbeat(slots);
    },
    showSlot: (slot, view) => board.step(names.slot(slot), slotPayload(view)),
    showDevice: (view) => board.set(names.device, devicePayload(view)),
    sendReports: () => sender.nudge(),
    requestToken: (reason) => {
      if (!link.connected()) return false;
      link
        .publish(names.tokenRequest, tokenRequestPayload({ reason }), { retain: false })
        .catch((error: unknown) => {
          log.warn({ topic: names.tokenRequest }, `The token could not be asked for: ${String(error)}`);
        });
      return true;
    },
    stop: async () => {
      cancelHeartbeat?.();
      sender.stop();
      await link.stop();
    },
  };
}
