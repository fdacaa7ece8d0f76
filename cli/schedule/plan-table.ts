import { type Column, printTable } from '#cli/print/table.ts';
import { significant } from '#report/page/decimals.ts';
import type { RoundPlan } from '#shared/scheduling/plan-round.ts';

const COLUMNS: readonly Column[] = [
  { title: 'policy', align: 'left' },
  { title: 'devices', align: 'right' },
  { title: 'delay', align: 'right' },
  { title: 'objective', align: 'right' },
  { title: 'queue after', align: 'right', dropOrder: 1 },
  { title: 'gap to bound', align: 'right', dropOrder: 2 },
];

/** Table that compares several plans of one round. */
export function planTable(plans: readonly RoundPlan[], width: number): string {
  const rows = plans.map(({ policy, selected, delaySeconds, objective, nextQueueSeconds, certificate }) => [
    policy,
    String(selected.length),
    `${significant(delaySeconds, 4)} s`,
    significant(objective, 4),
    `${significant(nextQueueSeconds, 4)} s`,
    certificate === undefined ? '' : significant(certificate.relativeGap, 2),
  ]);
  return printTable({ columns: COLUMNS, rows, width });
}
