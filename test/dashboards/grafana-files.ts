import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { CHECKOUT } from '../support/agent-process.ts';

const FOLDER = join(CHECKOUT, 'config/dashboards/grafana');

const integer = v.pipe(v.number(), v.safeInteger());
const offset = v.pipe(integer, v.minValue(0));
const extent = v.pipe(integer, v.minValue(1));
const grid = v.object({ x: offset, y: offset, w: extent, h: extent });
const source = v.object({
  type: v.literal('prometheus'),
  uid: v.pipe(v.string(), v.regex(/^\$\{datasource\}$/)),
});

/** What Grafana documents of the JSON of a dashboard, as far as it is used. */
const dashboardSchema = v.object({
  title: v.pipe(v.string(), v.minLength(1)),
  uid: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_-]{1,40}$/)),
  schemaVersion: v.pipe(integer, v.minValue(36)),
  templating: v.object({
    list: v.array(
      v.object({ name: v.string(), type: v.picklist(['datasource', 'query']), query: v.unknown() }),
    ),
  }),
  panels: v.pipe(
    v.array(
      v.object({
        id: integer,
        type: v.picklist(['stat', 'bargauge', 'table', 'timeseries']),
        title: v.pipe(v.string(), v.minLength(1)),
        datasource: source,
        gridPos: grid,
        targets: v.pipe(
          v.array(
            v.object({
              datasource: source,
              expr: v.pipe(v.string(), v.minLength(1)),
              legendFormat: v.string(),
              refId: v.string(),
            }),
          ),
          v.minLength(1),
        ),
      }),
    ),
    v.minLength(1),
  ),
});

const rulesSchema = v.strictObject({
  groups: v.array(
    v.strictObject({
      name: v.string(),
      rules: v.array(
        v.strictObject({
          alert: v.pipe(v.string(), v.regex(/^Replenish[A-Za-z]+$/)),
          expr: v.string(),
          for: v.optional(v.pipe(v.string(), v.regex(/^\d+[mh]$/))),
          labels: v.object({ severity: v.picklist(['warning', 'critical']) }),
          annotations: v.object({ summary: v.string(), description: v.string() }),
        }),
      ),
    }),
  ),
});

const text = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

export const dashboard = v.parse(dashboardSchema, JSON.parse(text('dashboard.json')));
export const rules = v
  .parse(rulesSchema, parse(text('alert-rules.yml')))
  .groups.flatMap((group) => group.rules);

/** Every query of the dashboard and of the rules, with what Grafana puts in for its variables. */
export const queries: readonly string[] = [
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...rules.map(({ expr }) => expr),
].map((query) => query.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '4m'));
