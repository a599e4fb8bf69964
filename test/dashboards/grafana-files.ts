import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { CHECKOUT } from '../support/agent-process.ts';

const FOLDER = join(CHECKOUT, 'config/dashboards/grafana');

const grid = z.object({ x: z.int().min(0), y: z.int().min(0), w: z.int().min(1), h: z.int().min(1) });
const source = z.object({ type: z.literal('prometheus'), uid: z.string().regex(/^\$\{datasource\}$/) });

/** What Grafana documents of the JSON of a dashboard, as far as it is used. */
const dashboardSchema = z.object({
  title: z.string().min(1),
  uid: z.string().regex(/^[a-zA-Z0-9_-]{1,40}$/),
  schemaVersion: z.int().min(36),
  templating: z.object({
    list: z.array(z.object({ name: z.string(), type: z.enum(['datasource', 'query']), query: z.unknown() })),
  }),
  panels: z
    .array(
      z.object({
        id: z.int(),
        type: z.enum(['stat', 'bargauge', 'table', 'timeseries']),
        title: z.string().min(1),
        datasource: source,
        gridPos: grid,
        targets: z
          .array(
            z.object({
              datasource: source,
              expr: z.string().min(1),
              legendFormat: z.string(),
              refId: z.string(),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});

const rulesSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Replenish[A-Za-z]+$/),
          expr: z.string(),
          for: z.optional(z.string().regex(/^\d+[mh]$/)),
          labels: z.object({ severity: z.enum(['warning', 'critical']) }),
          annotations: z.object({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
});

const text = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

export const dashboard = dashboardSchema.parse(JSON.parse(text('dashboard.json')));
export const rules = rulesSchema.parse(parse(text('alert-rules.yml'))).groups.flatMap((group) => group.rules);

/** Every query of the dashboard and of the rules, with what Grafana puts in for its variables. */
export const queries: readonly string[] = [
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...rules.map(({ expr }) => expr),
].map((query) => query.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '4m'));
