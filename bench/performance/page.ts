import { type Figure, type PartResult, reaches } from './figures.ts';
import type { PerformancePart } from './parts/registry.ts';

/** A part of the page with its stored results, at most one for each kind of machine. */
export interface PagePart {
  readonly part: PerformancePart;
  readonly results: readonly PartResult[];
}

/** Text of docs/performance.md. */
export function performancePage(parts: readonly PagePart[]): string {
  return `${[
    '# Performance',
    '',
    'Measured by `npx node bench/performance/performance.ts`, which writes this page. `--only engine,round` measures',
    'these parts anew, on the machine at hand, and keeps the others. Each table names its machine and the load. Ratios are those',
    'of one run, in which the compared programs take turns, so they hold on other machines better than times do. Figures under a',
    'load much higher than the number of cores were not taken on a quiet machine: there only memory and ratios of processor time',
    'mean something.',
    '',
    ...parts.flatMap(section),
  ].join('\n')}`;
}

function section({ part, results }: PagePart): readonly string[] {
  return [
    `## ${part.title}`,
    '',
    part.about,
    '',
    ...(results.length === 0
      ? ['Not measured yet.', '']
      : results.flatMap((result) => ofMachine(part, result))),
    ...(part.outlook === '' ? [] : [part.outlook, '']),
  ];
}

function ofMachine(
  part: PerformancePart,
  { machine, measuredOn, figures, lines }: PartResult,
): readonly string[] {
  return [
    `**${machine.processor}**, ${machine.cores} cores, ${machine.memoryGigabytes} GB, Node ${machine.node}; ${measuredOn}, load ${machine.loadBefore} before and ${machine.loadAfter} after:`,
    '',
    ...(figures.length === 0 ? [] : [...table(figures, part.ratio, machine), '']),
    ...(lines.length === 0 ? [] : ['```text', ...lines, '```', '']),
  ];
}

function table(
  figures: readonly Figure[],
  ratioHeading: string,
  machine: PartResult['machine'],
): readonly string[] {
  const columns = [
    { heading: 'task', of: ({ task }: Figure) => task },
    { heading: 'airtune', of: ({ value, unit }: Figure) => `${short(value)} ${unit}` },
    {
      heading: 'beside it',
      of: ({ peer, unit }: Figure) =>
        peer === undefined ? '' : `${peer.name}: ${short(peer.value)} ${unit}`,
    },
    {
      heading: ratioHeading,
      of: ratioText,
    },
    { heading: 'target', of: (figure: Figure) => targetText(figure, machine) },
    { heading: 'of the machine’s limit', of: ({ limit }: Figure) => limit ?? '' },
  ].filter(({ of }) => figures.some((figure) => of(figure) !== ''));
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row(columns.map(({ heading }) => heading)),
    row(columns.map(() => '---')),
    ...figures.map((figure) => row(columns.map(({ of }) => of(figure)))),
  ];
}

/** Two decimals; more where these would be the target that is missed. */
function ratioText({ ratio, target }: Figure): string {
  if (ratio === undefined) return '';
  const missesByLess = target !== undefined && Math.abs(ratio - target.value) < 0.005;
  return ratio.toFixed(missesByLess ? 3 : 2);
}

/** Times of a loaded machine say nothing about a target; memory does not depend on the load. */
function targetText(figure: Figure, { loadBefore, cores }: PartResult['machine']): string {
  const { target, unit } = figure;
  if (target === undefined) return '';
  if (unit !== 'MB' && loadBefore > 2 * cores) {
    return `${target.bound} ${target.value}: not judged under this load`;
  }
  return `${target.bound} ${target.value}: ${reaches(figure) ? 'reached' : 'not reached'}`;
}

/** Three significant digits. */
function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
