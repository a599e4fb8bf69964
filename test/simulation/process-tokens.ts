import type { TokenRequestReason, TokenSource } from '../../agent/replenish/access-token.ts';
import { createLwaClient } from '../../agent/replenish/lwa-client.ts';
import { LwaToken } from '../../agent/replenish/lwa-token.ts';
import { createMqttToken, type MqttTokenSource } from '../../agent/replenish/mqtt-token.ts';
import type { SystemClock } from '../../agent/system/clock.ts';
import type { Chance } from './chance.ts';
import type { Life } from './life.ts';
import type { LwaCloud } from './lwa-cloud.ts';
import type { RefreshDisk } from './refresh-disk.ts';
import type { Sabotage } from './sabotage.ts';

/** Login with Amazon around a device that asks it itself. */
export type LwaWorld = { readonly cloud: LwaCloud; readonly disk: RefreshDisk };

/** Either source, with what only the MQTT one needs as calls that do nothing for the other. */
export type ProcessTokens = TokenSource & Pick<MqttTokenSource, 'offer' | 'connected'>;

export type ProcessTokensDeps = {
  readonly lwa: LwaWorld | null;
  readonly life: Life;
  readonly clock: SystemClock;
  readonly jitter: Chance;
  readonly sabotage: Sabotage;
  readonly request: (reason: TokenRequestReason) => boolean;
  readonly onChange: () => void;
};

/** The token source of one run of the agent, as `agent/replenish/open-tokens.ts` builds it. */
export function openProcessTokens(deps: ProcessTokensDeps): ProcessTokens {
  const { lwa, clock, request, onChange } = deps;
  if (lwa !== null) return lwaTokens(lwa, deps);
  return createMqttToken({
    timing: clock,
    wall: () => ({ wallMs: clock.wallMs(), wallTrusted: clock.wallTrusted() }),
    request,
    onChange,
  });
}

function lwaTokens(
  { cloud, disk }: LwaWorld,
  { life, clock, jitter, sabotage, onChange }: ProcessTokensDeps,
): ProcessTokens {
  const settings = {
    url: 'https://lwa.example/auth/o2/token',
    caFile: null,
    clientId: 'simulated',
    clientSecretFile: null,
    timeouts: { connectMs: 10_000, headersMs: 15_000, bodyMs: 5_000 },
  };
  const keeper = disk.keeperFor(life);
  const client = createLwaClient(settings, clock, cloud.doorFor(life));
  const source = new LwaToken({
    client: sabotage.lwaClient?.(client) ?? client,
    keeper: sabotage.keeper?.(keeper) ?? keeper,
    watch: (onEvent) => {
      disk.onEvent = () => {
        if (!life.isOver) onEvent();
      };
      return { rearm: () => undefined, close: () => undefined };
    },
    secretStamp: () => null,
    timing: clock,
    random: () => jitter.next(),
    retry: { firstMs: 2_000, maxMs: 900_000 },
    onChange: () => {
      if (!life.isOver) onChange();
    },
  });
  return {
    start: () => source.start(),
    current: () => {
      const token = source.current();
      if (token !== null && !life.isOver) cloud.onUse(token.text);
      return token;
    },
    status: () => source.status(),
    refresh: (fingerprint) => source.refresh(fingerprint),
    stop: () => source.stop(),
    offer: () => null,
    connected: () => undefined,
  };
}
