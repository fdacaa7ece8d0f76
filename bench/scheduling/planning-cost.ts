import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitBand } from '#shared/scheduling/minimum-delay.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import { POLICY_NAMES, type PolicyName } from '#shared/scheduling/policies/registry.ts';
import { rankDevices } from '#shared/scheduling/ranked-devices.ts';
import { type RoundProblem, validateRound } from '#shared/scheduling/round-problem.ts';
import { benchContext } from './bench-facts.ts';
import { benchRound } from './bench-round.ts';
import { fastest, fastestInTurns, showSeconds } from './fastest.ts';
import { logLogChart, type Series } from './log-log-chart.ts';
import { type ReferenceAnswer, runReference } from './python-reference.ts';

const context = { seed: 1, round: 0, deviceCount: 10 };
const exact = (problem: RoundProblem) => planRound('exact', problem, context);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * Computes the same plan by exhaustive search over prefixes: the minimum delay of each, then the best one.
 */
function plainExact(problem: RoundProblem) {
  validateRound(problem);
  const ranked = rankDevices(problem);
  let best = { objective: 0, selected: ranked.prefix(0), ...splitBand(problem, []) };
  for (let size = 1; size <= ranked.count; size++) {
    const selected = ranked.prefix(size);
    const split = splitBand(problem, selected);
    const objective = problem.controlV * size - problem.queueSeconds * split.delaySeconds;
    if (objective >= best.objective) best = { objective, selected, ...split };
  }
  return best;
}

function compareWithPlain(): void {
  say('\nExact plan against the plain search of every prefix (same run, taking turns)');
  for (const [count, batch] of [
    [10, 200],
    [100, 10],
    [1000, 1],
  ]) {
    const problem = benchRound(count);
    const contenders = [() => exact(problem), () => plainExact(problem)];
    fastestInTurns(20, batch, contenders);
    const [searched, plain] = fastestInTurns(count > 100 ? 10 : 40, batch, contenders);
    say(
      `  N = ${count}: exact ${showSeconds(searched)}, plain ${showSeconds(plain)}, ratio ${(plain / searched).toFixed(2)}`,
    );
  }
}

async function compareWithSciPy(): Promise<readonly { x: number; y: number }[]> {
  say("\nAlgorithm 1 in SciPy (lambertw, brentq) against this project's policies (same run)");
  const points: { x: number; y: number }[] = [];
  for (const count of [10, 100, 1000]) {
    const problem = benchRound(count);
    const reference: ReferenceAnswer | undefined = await runReference(problem, count === 1000 ? 2 : 5);
    if (reference === undefined) return [];
    points.push({ x: count, y: reference.seconds });
    fastest(10, () => exact(problem));
    for (const policy of ['exact', 'set-expansion'] as const) {
      const seconds = fastest(20, () => planRound(policy, problem, context));
      say(
        `  N = ${count}: SciPy ${showSeconds(reference.seconds)}, ${policy} ${showSeconds(seconds)}, ratio ${(reference.seconds / seconds).toFixed(0)}`,
      );
    }
    const own = planRound('set-expansion', problem, context);
    const difference = Math.abs(own.delaySeconds / reference.delaySeconds - 1);
    say(
      `          both schedule ${reference.size} / ${own.selected.length}; delays differ by ${difference.toExponential(1)}`,
    );
  }
  return points;
}

function planMillion(): void {
  say('\nExact plan of 1,000,000 devices, sorting and certificate included (a process of its own)');
  for (const scene of ['cell', 'ten decades']) {
    const script = join(import.meta.dirname, 'million.ts');
    say(`  ${execFileSync(process.execPath, [script, scene], { encoding: 'utf8' }).trim()}`);
  }
}

const SIZES = [10, 100, 1000, 10_000, 100_000, 1_000_000];

/** The chart's lines. The table has all policies. */
const COLOURS: Readonly<Partial<Record<PolicyName, string>>> = {
  exact: '#c02020',
  'set-expansion': '#2050c0',
  convergence: '#c03090',
  'all-in': '#208040',
  greedy: '#a06010',
  'equal-share': '#7030a0',
};

/** Cost of a plan by the number of devices. */
interface PolicyCost {
  readonly policy: PolicyName;
  readonly points: Series['points'];
}

/** The round of a size; for `convergence` with the price that weighs its far smaller utilities alike. */
function roundFor(policy: PolicyName, count: number): RoundProblem {
  const round = benchRound(count);
  return policy === 'convergence' ? { ...round, queueSeconds: round.queueSeconds / count ** 2 } : round;
}

function costAgainstSize(): readonly PolicyCost[] {
  return POLICY_NAMES.map((policy) => ({
    policy,
    points: SIZES.map((count) => {
      const problem = roundFor(policy, count);
      const facts = benchContext(count);
      const repetitions = Math.max(3, Math.min(200, Math.round(2e5 / count)));
      return { x: count, y: fastest(repetitions, () => planRound(policy, problem, facts)) };
    }),
  }));
}

/** Costs as a Markdown table: a row for each policy, a column for each number of devices. */
function costTable(series: readonly Pick<Series, 'name' | 'points'>[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = series.map(({ name, points }) =>
    row([
      name,
      ...SIZES.map((count) => {
        const point = points.find(({ x }) => x === count);
        return point === undefined ? '' : showSeconds(point.y);
      }),
    ]),
  );
  const header = ['policy', ...SIZES.map((count) => count.toLocaleString('en'))];
  return [row(header), row(header.map(() => '---')), ...rows].join('\n');
}

function writePage(series: readonly Series[], table: string): void {
  const docs = join(import.meta.dirname, '../../docs');
  mkdirSync(docs, { recursive: true });
  const text = { title: 'Time to plan one round', xLabel: 'devices', yLabel: 'seconds' };
  writeFileSync(join(docs, 'planning-cost.svg'), logLogChart(text, series));
  writeFileSync(
    join(docs, 'planning-cost.md'),
    `# What planning a round costs

Written by \`node bench/scheduling/planning-cost.ts\`: the fastest of several calls on one core, validation, sorting and
the certificate of \`exact\` included. The rounds are a city cell (disc of 250 m, path loss exponent 3.5, Rayleigh fading)
whose queue weighs as much as V does, so that the best set lies between nobody and everybody. What a policy knows of a
device is drawn at random; K is a hundredth of the devices. Times hold for one machine
at one time; the bench prints ratios against SciPy and against the plain search, taken in the same run.

${table}

![Time to plan one round against the number of devices, on logarithmic axes](planning-cost.svg)
`,
  );
}

compareWithPlain();
const scipy = await compareWithSciPy();
planMillion();
const own = costAgainstSize();
const reference = { name: 'Algorithm 1, SciPy', colour: '#888888', points: scipy };
const drawn = own.flatMap(({ policy, points }) => {
  const colour = COLOURS[policy];
  return colour === undefined ? [] : [{ name: policy, colour, points }];
});
const measured = own.map(({ policy, points }) => ({ name: policy, points }));
const table = costTable(scipy.length === 0 ? measured : [...measured, reference]);
say(`\nPlanning cost against the number of devices\n${table}`);
writePage(scipy.length === 0 ? drawn : [...drawn, reference], table);
say('\nWritten: docs/planning-cost.md and its picture');
