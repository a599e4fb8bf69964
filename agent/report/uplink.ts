import type { Config } from '../../config/config.ts';
import type { Cancel } from '../../hardware/timing.ts';
import type { TokenRequestReason } from '../replenish/access-token.ts';
import type { TokenOffer } from '../replenish/open-tokens.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { AlertWatch } from './alert-watch.ts';
import { alertsPayload } from './alerts.ts';
import { createCommandPort, type TakeCommand } from './command-port.ts';
import { type DeviceView, devicePayload } from './device-payload.ts';
import type { FirstContact } from './first-contact.ts';
import type { Announcement } from './home-assistant.ts';
import { abandonedTopics, type Inventory, inventoryMessages } from './inventory.ts';
import type { LinkListener, LinkState } from './link.ts';
import { type Notification, parseNotification } from './notification-message.ts';
import { onceATurn } from './once-a-turn.ts';
import { createOutboxSender } from './outbox-sender.ts';
import { type SlotView, slotPayload, tokenRequestPayload } from './payload.ts';
import { createRegistrationPort } from './registration-port.ts';
import { createRetainedBoard } from './retained-board.ts';
import { parseTokenMessage } from './token-message.ts';
import { outboxTopic, topics } from './topics.ts';
import type { Views } from './views.ts';

/** Everything between the agent and its broker. */
export type Uplink = {
  /** Takes the connection over as it stands, and keeps it. */
  start(): void;
  showSlot(slot: string, view: SlotView): void;
  /** A slot is no more: its retained state goes from the broker. */
  forgetSlot(slot: string): void;
  showDevice(view: DeviceView): void;
  /** The announcement has changed; one on another topic, if there was one, goes from the broker. */
  announce(before: Announcement | null): void;
  /** The inventory has changed. What only `before` had goes from the broker. */
  showInventory(before: Inventory | null): void;
  /** Events wait in the outbox. */
  sendReports(): void;
  /** Publishes the state of one slot, or of everything (null), again; false when there is no connection. */
  republish(slot: string | null): boolean;
  /** Asks the cloud for a token; false when there is no connection to ask over. */
  requestToken(reason: TokenRequestReason): boolean;
  /** What is known about the connection now. */
  state(): LinkState;
  /** Says `offline` and disconnects; takes less than 3.5 s. */
  stop(): Promise<void>;
};

export type UplinkDeps = {
  readonly clock: Clock;
  readonly log: Log;
  /** The connection, under way already. */
  readonly contact: FirstContact;
  readonly store: Pick<StateStore, 'outbox'>;
  readonly views: Views;
  /** Is told of everything that is reported. */
  readonly alerts: AlertWatch;
  /** The broker can be reached, again. */
  readonly onConnected: () => void;
  /** Takes a token that came; returns why it was refused, or null. */
  readonly onToken: (offer: TokenOffer) => string | null;
  readonly onNotification: (notification: Notification) => void;
  readonly onCommand: TakeCommand;
  /** The broker has this payload of a retained topic. */
  readonly onAccepted: (payload: string) => void;
};

/** How long a stop waits for the PUBACK of the order event under way, so that it is not sent twice. */
const LAST_ACK_MS_MAX = 400;

export function createUplink(config: Config, deps: UplinkDeps): Uplink {
  const { clock, log, store, views, alerts, contact } = deps;
  const { link } = contact;
  const names = topics(config.mqtt.topicPrefix, config.device.id);
  const broker = { broker: config.mqtt.url };
  let cancelHeartbeat: Cancel | null = null;
  /** Whether the last device report spoke of events that wait: then it has to say so when none does any more. */
  let hasShownWaiting = false;

  const listener: LinkListener = {
    onMessage: (topic, payload, envelope) => {
      if (topic === names.token) takeToken(payload);
      if (topic === names.notification) takeNotification(payload);
      if (topic === names.command) void commands.take(payload, envelope);
      if (topic === names.registration && !envelope.retain) void takeRegistration(payload);
    },
    onState: (state) => onLinkState(state),
  };
  const takeRegistration = createRegistrationPort({
    replenish: config.replenish,
    names,
    publisher: link,
    clock,
    log,
  });
  const commands = createCommandPort({ names, publisher: link, log, take: deps.onCommand });
  const board = createRetainedBoard({
    publisher: link,
    onRefused: (sentence) => log.warn(broker, sentence),
    onAccepted: deps.onAccepted,
  });
  const sender = createOutboxSender({
    publisher: link,
    timing: clock,
    onTrouble: (sentence) => {
      if (sentence === null) log.info(broker, 'Order events leave the outbox again.');
      else log.warn({ ...broker, waiting: store.outbox.depth() }, sentence);
    },
    source: {
      peek: () => {
        const entry = store.outbox.peek();
        return entry === null ? null : { ...entry, topic: outboxTopic(names, entry) };
      },
      remove: (sequence) => {
        store.outbox.remove(sequence);
        if (hasShownWaiting && store.outbox.depth() === 0) showDevice(views.device());
      },
      depth: () => store.outbox.depth(),
    },
  });

  const deviceText = (view: DeviceView): string => {
    hasShownWaiting = view.outbox.depth > 0;
    return devicePayload(view);
  };
  const showAlerts = onceATurn(() => board.set(names.alerts, alertsPayload(alerts.look())));
  const showDevice = (view: DeviceView): void => {
    board.set(names.device, deviceText(view));
    alerts.sawDevice(view);
    showAlerts();
  };

  const freshPayloads = (): ReadonlyMap<string, string> => {
    const device = views.device();
    const slots = views.slots();
    const payloads = new Map([[names.device, deviceText(device)]]);
    for (const [slot, view] of slots) payloads.set(names.slot(slot), slotPayload(view));
    payloads.set(names.alerts, alertsPayload(alerts.sawAll(device, slots)));
    const announcement = views.announcement();
    if (announcement !== null) payloads.set(announcement.topic, announcement.payload);
    for (const [topic, payload] of inventoryMessages(names, views.inventory())) payloads.set(topic, payload);
    return payloads;
  };

  const takeToken = (payload: Buffer): void => {
    const message = parseTokenMessage(payload);
    const refusal = message.ok ? deps.onToken(message) : message.refusal;
    if (refusal !== null) log.warn({ topic: names.token }, refusal);
  };

  const takeNotification = (payload: Buffer): void => {
    const notification = parseNotification(payload);
    if (notification.kind === 'unusable') log.warn({ topic: names.notification }, notification.refusal);
    else deps.onNotification(notification);
  };

  let linkState: LinkState = { connected: false, protocolVersion: null, error: null };
  const onLinkState = (state: LinkState): void => {
    if (state.error !== null) log.warn(broker, state.error);
    if (state.connected && !linkState.connected) {
      log.info({ ...broker, mqttVersion: state.protocolVersion }, 'Connected to the broker.');
      board.reconnected(freshPayloads());
      sender.reconnected();
      commands.reconnected();
      deps.onConnected();
    }
    linkState = state;
  };

  /** A retained state that was lost, or a reading that stayed within the deadband, heals by itself. */
  const heartbeat = (): void => {
    cancelHeartbeat = clock.after(config.mqtt.heartbeatMs, () => {
      for (const [topic, payload] of freshPayloads()) board.set(topic, payload);
      heartbeat();
    });
  };

  return {
    start: () => {
      contact.handOver(listener);
      heartbeat();
    },
    showSlot: (slot, view) => {
      board.step(names.slot(slot), slotPayload(view));
      alerts.sawSlot(slot, view);
      showAlerts();
    },
    forgetSlot: (slot) => {
      board.clear(names.slot(slot));
      alerts.forgetSlot(slot);
      showAlerts();
    },
    showDevice,
    announce: (before) => {
      const announcement = views.announcement();
      if (before !== null && before.topic !== announcement?.topic) board.clear(before.topic);
      if (announcement !== null) board.set(announcement.topic, announcement.payload);
    },
    showInventory: (before) => {
      const inventory = views.inventory();
      for (const [topic, payload] of inventoryMessages(names, inventory)) board.set(topic, payload);
      for (const topic of abandonedTopics(names, before, inventory)) board.clear(topic);
    },
    sendReports: () => sender.nudge(),
    republish: (slot) => {
      for (const [topic, payload] of freshPayloads())
        if (slot === null || topic === names.slot(slot)) board.set(topic, payload);
      return link.connected();
    },
    requestToken: (reason) => {
      if (!link.connected()) return false;
      link
        .publish(names.tokenRequest, tokenRequestPayload({ reason }), { retain: false })
        .catch((error: unknown) => {
          log.warn({ topic: names.tokenRequest }, `The token could not be asked for: ${String(error)}`);
        });
      return true;
    },
    state: () => linkState,
    stop: async () => {
      cancelHeartbeat?.();
      await Promise.race([
        sender.stop(),
        new Promise<void>((resolve) => clock.after(LAST_ACK_MS_MAX, resolve)),
      ]);
      await link.stop();
    },
  };
}
