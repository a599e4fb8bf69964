import { type Chart, createChart } from './chart-door.ts';
import { element, setAttribute, setOptionalText, setText } from './element.ts';
import { adviceFor } from './model/attention.ts';
import type { Slot } from './model/fleet.ts';
import type { Series } from './model/history.ts';
import type { OrderEvent } from './model/wire.ts';
import { levelText, phaseText, relativeText } from './model/words.ts';

/** One slot of the chosen device. */
export type SlotCard = {
  readonly root: HTMLElement;
  show(slot: Slot, series: Series, nowMs: number): void;
  repaint(): void;
  close(): void;
};

export function createSlotCard(name: string): SlotCard {
  const phase = element('span', 'chip');
  const level = element('strong', 'level');
  const meter = element('div', 'meter', [], {
    attributes: {
      role: 'meter',
      'aria-label': `Level of ${name}`,
      'aria-valuemin': '0',
      'aria-valuemax': '100',
    },
  });
  const forecast = element('span', 'forecast');
  const why = element('p', 'why');
  const advice = element('p', 'advice');
  const warning = element('p', 'warning');
  const facts = element('p', 'facts');
  const plot = element('div', 'chart', [], { attributes: { role: 'img' } });
  const count = element('summary', '');
  const timeline = element('ol', 'timeline');
  const orders = element('details', '', [count, timeline]);
  orders.open = true;
  const root = element(
    'article',
    'card',
    [
      element('header', 'card-head', [element('h3', '', [name]), phase]),
      element('div', 'card-level', [level, meter, forecast]),
      why,
      advice,
      warning,
      plot,
      orders,
      facts,
    ],
    { attributes: { 'aria-label': `Slot ${name}`, 'data-slot': name } },
  );
  let chart: Chart | null = null;
  let shownOrders: readonly OrderEvent[] | null = null;
  return {
    root,
    repaint: () => chart?.repaint(),
    close: () => chart?.close(),
    show(slot, series, nowMs) {
      const { report } = slot;
      setAttribute(root, 'data-phase', report?.phase ?? 'unknown');
      setText(phase, report === null ? 'nothing reported yet' : phaseText(report.phase, report.reason));
      setText(level, levelText(report?.level ?? null));
      meter.style.setProperty('--level', String(report?.level ?? 0));
      setAttribute(meter, 'aria-valuenow', String(Math.round(report?.level ?? 0)));
      setAttribute(meter, 'aria-valuetext', levelText(report?.level ?? null));
      setText(
        forecast,
        report === null || report.emptyAt === null
          ? 'no forecast yet'
          : `empty ${relativeText(report.emptyAt, nowMs)}`,
      );
      setOptionalText(why, report?.why ?? null);
      const toDo = report === null ? null : adviceFor(name, report);
      setOptionalText(advice, toDo === null ? null : `What to do: ${toDo}`);
      setOptionalText(warning, report?.warning ?? null);
      setOptionalText(facts, factsOf(slot, nowMs));
      plot.hidden = series.timesS.length < 2;
      if (!plot.hidden) {
        chart ??= createChart(plot);
        chart.show(series);
        setAttribute(plot, 'aria-label', spokenSeries(name, series));
      }
      if (shownOrders !== slot.orders) {
        shownOrders = slot.orders;
        setText(count, `Orders seen here: ${slot.orders.length}`);
        timeline.replaceChildren(...slot.orders.map(timelineItem));
        orders.hidden = slot.orders.length === 0;
      }
    },
  };
}

function factsOf({ report }: Slot, nowMs: number): string | null {
  if (report === null) return null;
  const { lastOrder, snoozedUntil } = report;
  return [
    `Sensor ${report.sensor}, raw ${report.raw ?? 'none'}`,
    ...(lastOrder === null
      ? []
      : [`last order ${relativeText(lastOrder.at, nowMs)}: ${lastOrder.detailCode ?? lastOrder.outcome}`]),
    ...(typeof snoozedUntil === 'number' ? [`snoozed, ends ${relativeText(snoozedUntil, nowMs)}`] : []),
    `reported ${relativeText(report.at, nowMs)}`,
  ].join(' · ');
}

function timelineItem(order: OrderEvent): HTMLElement {
  const at = new Date(order.at);
  const time = element('time', '', [at.toLocaleString('en-GB')], {
    attributes: { datetime: at.toISOString() },
  });
  const code = element('code', '', [order.detailCode ?? 'no detailCode']);
  const rest = [
    `attempt ${order.attempt}`,
    ...(order.httpStatus === null ? [] : [`HTTP ${order.httpStatus}`]),
    ...(order.level === null ? [] : [`at ${levelText(order.level)}`]),
    ...(order.message === null ? [] : [order.message]),
  ].join(', ');
  return element('li', '', [time, ' ', element('b', '', [order.outcome]), ' ', code, ` ${rest}`], {
    attributes: { 'data-outcome': order.outcome },
  });
}

function spokenSeries(name: string, { timesS, percents }: Series): string {
  const minutes = Math.max(1, Math.round(((timesS.at(-1) ?? 0) - (timesS[0] ?? 0)) / 60));
  const known = percents.filter((percent) => percent !== null);
  const [first = null, last = null] = [known[0], known.at(-1)];
  return `Level of ${name} over the last ${minutes} min: from ${levelText(first)} to ${levelText(last)}`;
}
