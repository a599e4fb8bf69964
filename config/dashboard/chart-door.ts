import uPlot from 'uplot';
import type { Series } from './model/history.ts';

export type Chart = {
  show(series: Series): void;
  /** Takes the colours of the page anew. */
  repaint(): void;
  close(): void;
};

const HEIGHT_PX = 130;
const FONT = '12px system-ui, sans-serif';

/** DOOR uplot. Draws levels over time into an element, in that element's own colours (CSS color and border-color). */
export function createChart(host: HTMLElement): Chart {
  const style = getComputedStyle(host);
  const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
  const exactClock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
  const axis = { stroke: () => style.columnRuleColor, font: FONT, ticks: { show: false } };
  const grid = { stroke: () => style.borderTopColor, width: 1 };
  const chart = new uPlot(
    {
      width: Math.max(200, host.clientWidth),
      height: HEIGHT_PX,
      padding: [10, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { time: true }, y: { range: [0, 100] } },
      axes: [
        {
          ...axis,
          grid,
          size: 28,
          space: 70,
          values: (_, splits) => {
            const isFine = (splits[1] ?? 60) - (splits[0] ?? 0) < 60;
            return splits.map((timeS) => (isFine ? exactClock : clock).format(new Date(timeS * 1000)));
          },
        },
        {
          ...axis,
          grid,
          size: 44,
          splits: () => [0, 50, 100],
          values: (_, splits) => splits.map((value) => `${value} %`),
        },
      ],
      series: [{}, { stroke: () => style.color, width: 2, points: { show: false } }],
    },
    [[], []],
    host,
  );
  const resizing = new ResizeObserver(() => {
    if (host.clientWidth > 0) chart.setSize({ width: host.clientWidth, height: HEIGHT_PX });
  });
  resizing.observe(host);
  return {
    show: ({ timesS, percents }) => chart.setData([[...timesS], [...percents]]),
    repaint: () => chart.redraw(false, true),
    close: () => {
      resizing.disconnect();
      chart.destroy();
    },
  };
}
