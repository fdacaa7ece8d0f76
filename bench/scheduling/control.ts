import { parseArgs } from 'node:util';
import type { FadingSettings } from '#shared/channel/fading.ts';
import { DEVICE_COUNT, PARTICIPATION } from '#shared/scheduling/utility.ts';
import { boundOfRun, budgetOfFit, type ControlledOutcome, drawRun, runPolicy } from './controlled-run.ts';

/**
 * Measures the fraction of the clairvoyant bound that each controlled policy reaches within its delay budget,
 * and whether it keeps the budget. Prints a table over devices, fading, horizons and budgets: mean and
 * standard error over seeds, with the same channels for all policies.
 *
 *     npx node bench/scheduling/control.ts --seeds 20 --devices 10,20,100,1000 --rounds 20,60,200
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    'first-seed': { type: 'string', default: '1' },
    devices: { type: 'string', default: '10,20,100,1000' },
    rounds: { type: 'string', default: '20,60,200' },
    fits: { type: 'string', default: '0.1,0.15,0.5,0.8,0.97' },
    fading: { type: 'string', default: 'rayleigh,rician,none' },
    debt: { type: 'string', default: '0.2' },
  },
});
const numbers = (text: string): readonly number[] => text.split(',').map(Number);
const seeds = Number(values.seeds);
const firstSeed = Number(values['first-seed']);
const debt = Number(values.debt);

const FADINGS: Readonly<Record<string, FadingSettings>> = {
  rayleigh: { kind: 'rayleigh', correlation: 0 },
  rician: { kind: 'rician', kFactorDb: 6, correlation: 0 },
  none: { kind: 'none' },
};

/** A column of the table: its values by seed. */
type Columns = Map<string, number[]>;

function measure(
  columns: Columns,
  seed: number,
  devices: number,
  fading: FadingSettings,
  rounds: number,
  fit: number,
) {
  const add = (name: string, value: number) => columns.set(name, [...(columns.get(name) ?? []), value]);
  const run = drawRun(seed, devices, fading, rounds);
  const budget = budgetOfFit(run, fit);
  const spent = ({ delayInBudgets }: ControlledOutcome) => Math.max(1, delayInBudgets) * budget;
  const greedy = runPolicy(run, 'greedy', budget, debt);
  const phi = (participation: number) => ((1 - 2 * devices) * participation - 1) / (devices - 1);
  const share = (outcome: ControlledOutcome) =>
    (100 * outcome.meanDevices) / boundOfRun(run, DEVICE_COUNT, spent(outcome));
  for (const policy of ['exact', 'set-expansion'] as const) {
    const outcome = runPolicy(run, policy, budget, debt);
    add(`${policy} % of bound`, share(outcome));
    if (greedy.meanDevices > 0)
      add(`${policy} over greedy %`, 100 * (outcome.meanDevices / greedy.meanDevices - 1));
    add('promise broken by', Math.max(0, outcome.brokenPromise));
  }
  const unknown = runPolicy(run, 'exact', budget, debt, 'unknown');
  add('unknown horizon % of bound', share(unknown));
  add('promise broken by', Math.max(0, unknown.brokenPromise));
  const convergence = runPolicy(run, 'convergence', budget, debt);
  const bound = phi(boundOfRun(run, PARTICIPATION, spent(convergence)));
  add('phi over bound %', 100 * (phi(convergence.meanParticipation) / bound - 1));
  add('phi over greedy %', 100 * (phi(convergence.meanParticipation) / phi(greedy.meanParticipation) - 1));
  add('promise broken by', Math.max(0, convergence.brokenPromise));
}

function shown(column: readonly number[]): string {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  const variance =
    column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, column.length - 1);
  return `${mean.toFixed(2)} +-${Math.sqrt(variance / column.length).toFixed(2)}`;
}

let titled = false;
for (const devices of numbers(values.devices)) {
  for (const name of values.fading.split(',')) {
    for (const rounds of numbers(values.rounds)) {
      for (const fit of numbers(values.fits)) {
        const columns: Columns = new Map();
        for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
          measure(columns, seed, devices, FADINGS[name], rounds, fit);
        }
        const promise = Math.max(...(columns.get('promise broken by') ?? []));
        columns.delete('promise broken by');
        if (!titled) {
          process.stdout.write(
            `| devices | fading | T | fit | ${[...columns.keys()].join(' | ')} | promise broken by |\n`,
          );
          process.stdout.write(`| ${Array.from({ length: 5 + columns.size }, () => '---').join(' | ')} |\n`);
          titled = true;
        }
        const cells = [...columns.values()].map(shown).join(' | ');
        process.stdout.write(
          `| ${devices} | ${name} | ${rounds} | ${fit} | ${cells} | ${promise > 1e-8 ? promise.toExponential(1) : 'no'} |\n`,
        );
      }
    }
  }
}
