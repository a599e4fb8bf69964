import { SCENARIOS } from './lead-time-scenarios.ts';
import { type Result, simulate, type Way } from './lead-time-simulation.ts';

/*
 * Prints how ordering by forecast compares with the plain threshold; deterministic. Takes some 15 seconds.
 * Delivery takes 5 days, leadTime is 7d, reorderAt 20 %, rearmAt 60 %.
 */

const SEEDS = [1, 2, 3, 4, 5, 6];
const WAYS: readonly Way[] = ['threshold', 'forecast + threshold'];
const COLUMNS = [
  'ordered (days before empty)',
  'median',
  'worst',
  'empty d/year',
  'orders/year',
  '> 21 d early',
];

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function row(result: Result): readonly string[] {
  const { daysBeforeEmpty, daysEmptyPerYear, ordersPerYear, farTooEarly } = result;
  return [
    `  ${result.way}`,
    middle(daysBeforeEmpty).toFixed(1),
    Math.min(...daysBeforeEmpty).toFixed(1),
    daysEmptyPerYear.toFixed(1),
    ordersPerYear.toFixed(1),
    `${farTooEarly} of ${daysBeforeEmpty.length}`,
  ];
}

function line(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(29) : cell.padStart(14))).join('');
}

console.log(
  'Delivery takes 5 days; leadTime 7d, reorderAt 20 %, rearmAt 60 %; 6 seeds of 1 to 8 years each.\n',
);
console.log(line(COLUMNS));
for (const scenario of SCENARIOS) {
  console.log(`${scenario.name}`);
  for (const way of WAYS) console.log(line(row(simulate(scenario, way, SEEDS))));
}
