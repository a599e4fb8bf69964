import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import type { Agent, AgentDeps } from './agent.ts';
import { composeCommands } from './compose-commands.ts';
import { composeFlow, type Flow } from './flow.ts';
import { createLocalService } from './local/local-service.ts';
import { createMetricsPort } from './metrics/metrics-port.ts';
import { createRegistration } from './registration.ts';
import { createTokens, type Tokens } from './replenish/open-tokens.ts';
import { createAlertWatch } from './report/alert-watch.ts';
import { createDevice } from './report/device.ts';
import { type FirstContact, makeFirstContact } from './report/first-contact.ts';
import { type Announcement, announcementOf } from './report/home-assistant.ts';
import type { Inventory } from './report/inventory.ts';
import type { SlotView } from './report/payload.ts';
import { createUplink, type Uplink } from './report/uplink.ts';
import { holdState } from './store/hold-state.ts';
import { openHeldState } from './store/state-store.ts';
import { createClockWatch } from './system/clock-watch.ts';

/** How long a stop waits for requests that are out; with the farewell to the broker it stays below 5 s. */
const DRAIN_MS_MAX = 1_800;

const LOST_SENTENCE =
  'The state was damaged and has been set aside. Every slot is held until a refill shows where it stands.';

/**
 * The composition root. Three parts with lives of their own are built from the configuration and tied together here:
 * the flow (sensors, slots, the way to DRS), the tokens, and the uplink to the broker. Store, device report and clock
 * live as long as the process.
 *
 * @throws CodedError when the state directory can't be used.
 */
export function composeAgent(first: Config, deps: AgentDeps): Agent {
  const { log, life } = deps;
  const clockWatch = createClockWatch(life.attend(deps.clock), () => device.changed());
  const { clock } = clockWatch;
  const { store, quarantined } = openHeldState(deps.begun?.hold ?? holdState(deps.stateDir), clock.wallMs());
  if (quarantined !== null) log.error({ quarantined }, LOST_SENTENCE);
  const device = createDevice({
    ...deps,
    clock,
    store,
    isQuarantined: quarantined !== null,
    onChange: (view) => uplink.showDevice(view),
  });

  const slotViews = (): ReadonlyMap<string, SlotView> =>
    new Map([...flow.pipelines].map(([slot, pipeline]) => [slot, pipeline.view()]));
  const registration = createRegistration({
    source: () => tokens.source,
    store,
    log,
    onChange: () => {
      device.setDrsError(registration.problem());
      flow.tokenChanged();
    },
  });
  const goneSlots = new Set<string>();
  const connectionOf = (slot: string): string | null => config.slots[slot]?.sensor.from ?? null;
  const alerts = createAlertWatch({ clock, connectionOf });
  const announcement = (): Announcement | null => announcementOf(config, deps.version, [...goneSlots]);
  const composeTokens = (config: Config): Tokens =>
    createTokens(config.replenish, {
      clock,
      stateDir: deps.stateDir,
      random: Math.random,
      request: (reason) => uplink.requestToken(reason),
      onChange: () => {
        device.setToken(tokens.source.status());
        device.setDrsError(registration.problem());
        flow.tokenChanged();
      },
    });
  const contactOf = (config: Config): FirstContact =>
    makeFirstContact(config, { timing: clock, random: Math.random, onHeard: life.show });
  const composeUplink = (config: Config, contact: FirstContact): Uplink =>
    createUplink(config, {
      clock,
      log,
      contact,
      store,
      views: {
        slots: slotViews,
        device: device.view,
        announcement,
        inventory: () => flow.inventory(),
      },
      alerts,
      onAccepted: (payload) => flow.accepted(payload),
      onConnected: () => {
        metrics.connected();
        tokens.connected();
      },
      onToken: (offer) => tokens.offer(offer),
      onNotification: (notification) => flow.hear(notification),
      onCommand: (payload, retained) => commands.desk.take(payload, retained),
    });
  const composeSlots = (config: Config): Flow =>
    composeFlow(config, {
      clock,
      log,
      store: metrics.counting(store),
      tokens: registration.tokens,
      onDeregistered: registration.end,
      onUnlisted: registration.setUnlisted,
      onView: (slot, view) => uplink.showSlot(slot, view),
      onReports: () => uplink.sendReports(),
      onInventory: () => uplink.showInventory(null),
      recorder: deps.recorder,
      life,
      onHardware: device.changed,
      onStore: (error) => {
        if (error !== null)
          log.error({ error }, 'The state could not be written: nothing is ordered until it can be.');
        device.setStoreError(error);
      },
    });

  const metrics = createMetricsPort({
    log,
    facts: () => ({
      deviceId: config.device.id,
      device: device.view(),
      slots: slotViews(),
      alerts: alerts.current(),
      isConnected: uplink.state().connected,
    }),
  });

  let config = first;
  metrics.apply(first.metrics);
  const firstContact = deps.begun?.contact ?? contactOf(first);
  let uplink = composeUplink(first, firstContact);
  let tokens = composeTokens(first);
  let flow = composeSlots(first);

  const commands = composeCommands({
    clock,
    log,
    store,
    pipelines: () => flow.pipelines,
    republish: (slot) => uplink.republish(slot),
    cancelTest: (slot) => flow.cancelTest(slot),
    orderStatus: (slot) => flow.orderStatus(slot),
  });

  const startTokens = (): void => {
    tokens.source.start();
    device.setToken(tokens.source.status());
  };
  const startFlow = (
    before: readonly string[],
    announced: Announcement | null,
    inventory: Inventory | null,
  ): void => {
    const gone = before.filter((slot) => !flow.pipelines.has(slot));
    for (const slot of new Set([...gone, ...flow.retired])) {
      goneSlots.add(slot);
      uplink.forgetSlot(slot);
    }
    uplink.announce(announced);
    uplink.showInventory(inventory);
    device.setHardware(flow.sources);
    device.setSensors(
      () => new Map([...flow.pipelines].map(([slot, pipeline]) => [slot, pipeline.sensorHealth()])),
    );
    flow.start();
  };

  return {
    local: createLocalService({
      stateDir: deps.stateDir,
      store,
      perform: (command) => (command.kind === 'deregister' ? flow.deregister() : commands.perform(command)),
      device: device.view,
      alerts: alerts.current,
      slots: slotViews,
      broker: () => uplink.state(),
      config: () => config,
    }),
    start: async () => {
      startTokens();
      startFlow([], null, null);
      uplink.start();
      // Loading drivers would keep a broker's answer waiting; where none comes, they do not wait for it.
      await firstContact.made();
      flow.open();
    },
    tried: () => flow.tried,
    apply: async (next, hurry) => {
      const isNewToken = !isDeepStrictEqual(
        [config.replenish.token, config.replenish.registration],
        [next.replenish.token, next.replenish.registration],
      );
      const isNewUplink =
        isNewToken || !isDeepStrictEqual([config.device, config.mqtt], [next.device, next.mqtt]);
      await flow.quiesce(hurry);
      if (isNewToken) await tokens.stop(hurry);
      const before = [...flow.pipelines.keys()];
      const announced = announcement();
      const inventory = flow.inventory();
      if (isNewUplink) await uplink.stop();
      flow.stop();
      config = next;
      metrics.apply(next.metrics);
      if (isNewUplink) uplink = composeUplink(next, contactOf(next));
      if (isNewToken) tokens = composeTokens(next);
      flow = composeSlots(next);
      if (isNewUplink) uplink.start();
      if (isNewToken) startTokens();
      startFlow(before, announced, inventory);
      flow.open();
      device.setConfigError(null);
    },
    setConfigError: (error) => device.setConfigError(error),
    stop: async () => {
      clockWatch.stop();
      const hurry = new Promise<void>((resolve) => clock.after(DRAIN_MS_MAX, resolve));
      await Promise.all([flow.quiesce(hurry), tokens.stop(hurry), metrics.stop()]);
      // The uplink before the flow: news that the broker counts as delivered is still heard.
      await uplink.stop();
      flow.stop();
      store.close();
    },
  };
}
