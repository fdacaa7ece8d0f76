import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitBand } from '../../shared/scheduling/minimum-delay.ts';
import { planRound } from '../../shared/scheduling/plan-round.ts';
import { rankDevices } from '../../shared/scheduling/ranked-devices.ts';
import { type RoundProblem, validateRound } from '../../shared/scheduling/round-problem.ts';
import { benchRound } from './bench-round.ts';
import { fastest, fastestInTurns, showSeconds } from './fastest.ts';
import { logLogChart, type Series } from './log-log-chart.ts';
import { type ReferenceAnswer, runReference } from './python-reference.ts';

const context = { seed: 1, round: 0, deviceCount: 10 };
const exact = (problem: RoundProblem) => planRound('exact', problem, context);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The plain way to the same plan, from the public parts: the least delay of every prefix, the best one kept. */
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

function costAgainstSize(scipy: readonly { x: number; y: number }[]): readonly Series[] {
  const policies = [
    ['exact', '#c02020'],
    ['set-expansion', '#2050c0'],
    ['all-in', '#208040'],
    ['greedy', '#a06010'],
    ['equal-share', '#7030a0'],
  ] as const;
  const sizes = [10, 100, 1000, 10_000, 100_000, 1_000_000];
  const series = policies.map(([policy, colour]) => ({
    name: policy,
    colour,
    points: sizes.map((count) => {
      const problem = benchRound(count);
      const repetitions = Math.max(3, Math.min(200, Math.round(2e5 / count)));
      return { x: count, y: fastest(repetitions, () => planRound(policy, problem, context)) };
    }),
  }));
  say('\nPlanning cost against the number of devices');
  say(`  ${['policy'.padEnd(14), ...sizes.map((count) => String(count).padStart(11))].join('')}`);
  for (const { name, points } of series) {
    say(`  ${[name.padEnd(14), ...points.map(({ y }) => showSeconds(y).padStart(11))].join('')}`);
  }
  return scipy.length === 0
    ? series
    : [...series, { name: 'Algorithm 1, SciPy', colour: '#888888', points: scipy }];
}

compareWithPlain();
const scipy = await compareWithSciPy();
planMillion();
const series = costAgainstSize(scipy);
const docs = join(import.meta.dirname, '../../docs');
mkdirSync(docs, { recursive: true });
const picture = join(docs, 'planning-cost.svg');
writeFileSync(
  picture,
  logLogChart(
    {
      title: 'Time to plan one round',
      xLabel: 'devices',
      yLabel: 'seconds',
    },
    series,
  ),
);
say('\nPicture: docs/planning-cost.svg');
