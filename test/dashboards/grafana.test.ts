import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { exposition } from '../../agent/metrics/exposition.ts';
import { metricFamilies } from '../../agent/metrics/families.ts';
import { readOpenMetrics } from '../metrics/openmetrics.ts';
import { DEVICE, SLOT } from '../report/calm-views.ts';
import { CHECKOUT } from '../support/agent-process.ts';
import { dashboard, queries, rules } from './grafana-files.ts';

/** Label names by series, as a scrape of an agent has them that has ordered once and was refused once. */
const series = new Map<string, ReadonlySet<string>>();
const families = metricFamilies({
  deviceId: 'kitchen-printer-7',
  device: {
    ...DEVICE,
    hardware: {
      board: {
        ...{ driver: 'lines', state: 'open', lastReadingAtMs: null, error: null },
        ...{ badFrames: 0, emptyFrames: 0, reopens: 0 },
      },
    },
    sensors: {
      black: { readings: 1, outOfRange: 0, sentinels: 0, noisySpells: 0, jumps: 0, sameSinceMs: null },
    },
  },
  slots: new Map([['black', { ...SLOT, level: 42, emptyAtMs: 1_764_000_000_000 }]]),
  alerts: [],
  isConnected: true,
  counts: {
    connections: 1,
    decisions: new Map([['sending', 1]]),
    orders: new Map([
      ['placed', { labels: { outcome: 'placed', detail_code: 'STANDARD_ORDER_PLACED' }, count: 1 }],
    ]),
    refusals: new Map([[400, 1]]),
  },
  runtime: { uptimeS: 1, residentBytes: 1, cpuS: 1, loopDelay: { p50S: 0, p99S: 0, maxS: 0 } },
});
for (const { samples } of readOpenMetrics(exposition(families)).values()) {
  for (const { name, labels } of samples)
    series.set(name, new Set([...Object.keys(labels), 'instance', 'job']));
}

describe('the queries of the Grafana dashboard and of the alert rules', () => {
  test.each(queries)('%s asks for series that the agent has, by labels that they have', (query) => {
    // Label names begin as metrics do: a name before an operator and a quote is one.
    const asked = [...query.matchAll(/(?<!\w)(replenish_\w+)\b(?!=|!|\w)(?:\{([^}]*)\})?/g)];
    expect(asked.length > 0 || query.includes('up{job="replenish-agent"')).toBe(true);
    for (const [, name = '', matchers = ''] of asked) {
      expect([...series.keys()]).toContain(name);
      const labels = [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label]) => label);
      expect(labels.filter((label) => !series.get(name)?.has(label ?? ''))).toEqual([]);
    }
  });

  test('group by and show labels that a series has', () => {
    const known = new Set([...series.values()].flatMap((labels) => [...labels]));
    const shown = dashboard.panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr, legendFormat }) => [
        ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label),
        ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', ')),
      ]),
    );
    expect(shown).toContain('slot');
    expect(shown.filter((label) => !known.has(label ?? ''))).toEqual([]);
  });
});

test('panels of the dashboard lie on the grid of 24 columns, none upon another', () => {
  const taken = new Set<string>();
  for (const { gridPos, title } of dashboard.panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(taken.has(`${x},${y}`), title).toBe(false);
        taken.add(`${x},${y}`);
      }
    }
  }
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
});

test('rules, dashboard and scrape configuration speak of one job, and each rule once', () => {
  const text = readFileSync(join(CHECKOUT, 'config/dashboards/grafana/prometheus.yml'), 'utf8');
  expect(parse(text)).toMatchObject({
    rule_files: ['alert-rules.yml'],
    scrape_configs: [{ job_name: 'replenish-agent', static_configs: [{ targets: ['127.0.0.1:9464'] }] }],
  });
  const jobs = queries.flatMap((query) => [...query.matchAll(/job="([^"]*)"/g)].map(([, job]) => job));
  expect([...new Set(jobs)]).toEqual(['replenish-agent']);
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
});
