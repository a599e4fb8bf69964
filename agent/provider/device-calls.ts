import type { CommandResult } from '../command/command.ts';
import type { Pipeline } from '../pipeline-contract.ts';
import type { TokenSource } from '../replenish/access-token.ts';
import type { CallAnswer, OrderItem } from '../replenish/call-answer.ts';
import type { DashClient } from '../replenish/dash-client.ts';
import type { SlotView } from '../report/payload.ts';

/** What people ask DRS for through the agent. One attempt each; never rejects. */
export type DeviceCalls = {
  /** Cancels the test order of one slot, by local name, or those of all slots (null). Test devices only. */
  cancelTest(slot: string | null): Promise<CommandResult>;
  /** Asks how far the last order of a slot, by local name, has come. Without an id of Amazon's nobody can. */
  orderStatus(slot: string): Promise<CommandResult>;
  /** Ends the registration of this device. Every token is dead afterwards. */
  deregister(): Promise<CommandResult>;
};

export type DeviceCallsDeps = {
  readonly client: Pick<DashClient, 'cancelTestOrders' | 'orderInfo' | 'deregister'>;
  readonly tokens: Pick<TokenSource, 'current' | 'refresh'>;
  /** By local name: Amazon's id, and the slot's flow. */
  readonly slots: ReadonlyMap<
    string,
    {
      readonly slotId: string;
      readonly pipeline: Pick<Pipeline, 'hear'> & { view(): Pick<SlotView, 'lastOrder'> };
    }
  >;
  readonly dryRun: boolean;
  /** DRS took this device off its list. */
  readonly onDeregistered: () => void;
};

export function createDeviceCalls({
  client,
  tokens,
  slots,
  dryRun,
  onDeregistered,
}: DeviceCallsDeps): DeviceCalls {
  /** With the token of the moment; a token that DRS names as the reason is replaced for the next attempt. */
  const call = async <Said>(
    ask: (accessToken: string) => Promise<CallAnswer<Said>>,
    tell: (said: Said) => CommandResult,
  ): Promise<CommandResult> => {
    const token = tokens.current();
    if (dryRun) return no('dryRun is on: nothing is sent to DRS.');
    if (token === null) return no('There is no valid access token: provision one and try again.');
    const answer = await ask(token.text);
    switch (answer.kind) {
      case 'done':
        return tell(answer.said);
      case 'invalid-token':
        tokens.refresh(token.fingerprint);
        return no('DRS refused the access token and another one was asked for: try again in a moment.');
      case 'failed':
        return no(`${answer.message} Try again later.`);
      case 'refused':
        return no(answer.message);
    }
  };

  return {
    cancelTest: async (slot) => {
      const asked = slot === null ? [...slots] : [...slots].filter(([name]) => name === slot);
      const slotId = slot === null ? null : (slots.get(slot)?.slotId ?? null);
      if (slot !== null && slotId === null) return no(noSuchSlot(slot));
      return call(
        (token) => client.cancelTestOrders(slotId, token),
        ({ slotIds }) => {
          const free = asked.filter(([, { slotId: id }]) => slotIds === null || slotIds.includes(id));
          for (const [, { pipeline }] of free) pipeline.hear({ kind: 'test-order-cancelled' });
          if (free.length === 0)
            return no('DRS does not say that the test order is gone: look at the slot in its console.');
          const names = free.map(([name]) => name).join(', ');
          return yes(`No test order is open any more: ${names}. The next order comes after a refill.`);
        },
      );
    },
    orderStatus: async (slot) => {
      const pipeline = slots.get(slot)?.pipeline;
      if (pipeline === undefined) return no(noSuchSlot(slot));
      const instanceId = pipeline.view().lastOrder?.eventInstanceId ?? null;
      if (instanceId === null)
        return no(
          'Amazon told no id of an order of this slot, so that it cannot be asked for. A repeated request is harmless while DRS keeps the order open.',
        );
      return call(
        (token) => client.orderInfo(instanceId, token),
        ({ items }) => yes(statusSentence(instanceId, items[0])),
      );
    },
    deregister: () =>
      call(
        (token) => client.deregister(token),
        () => {
          onDeregistered();
          return yes(
            'This device is registered with Amazon no longer and its tokens are dead. Nothing is ordered until it is registered again.',
          );
        },
      ),
  };
}

function statusSentence(instanceId: string, item: OrderItem | undefined): string {
  const status = item?.statusWord ?? 'no status';
  const delivery = item?.expectedDeliveryDate ?? null;
  const expected = delivery === null ? '' : `, delivery expected ${delivery}`;
  return `Order ${instanceId}: ${status}${expected}.`;
}

function noSuchSlot(slot: string): string {
  return `There is no slot "${slot}" in the configuration.`;
}

function yes(message: string): CommandResult {
  return { ok: true, message };
}

function no(message: string): CommandResult {
  return { ok: false, message };
}
