import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comparisonTable } from '#cli/calibrate/comparison-table.ts';
import { readMeasuredRun } from '#cli/calibrate/read-measured-run.ts';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { LocalDeployment } from '#local/local-deployment.ts';
import { startMiniStack } from '#local/ministack.ts';
import { calibrate } from '#study/calibration/calibrate.ts';
import type { MeasuredRun } from '#study/calibration/measured-run.ts';
import { compareStages, predictStages, worstError } from '#study/calibration/prediction.ts';
import { parseStudy } from '#study/settings/parse-study.ts';

// Compares predicted and measured times by stage, for a deployment inside MiniStack on this machine. The
// cloud parameters are calibrated on one run and predict the others. The runs differ in seed, and so in
// channels, devices and data. A first run is not counted: the functions' processes are kept between runs, and
// V8 compiles during the first one.
//
//   node bench/calibration/ministack.ts [SEEDS] [DEVICES] [ROUNDS]

const [seedList = '1,3,7', devices = '20', rounds = '20'] = process.argv.slice(2);
const seeds = seedList.split(',');
const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function measuredRuns(): Promise<readonly MeasuredRun[]> {
  const folder = await mkdtemp(join(tmpdir(), 'airtune-calibration-'));
  const emulator = await startMiniStack({ log: print });
  const deployment = new LocalDeployment(emulator.endpoint);
  try {
    await deployment.bootstrap();
    await deployment.deploy({ compute: 'lambda' });
    await deployment.startWorker(['encoder']);
    const run = async (name: string, seed: string): Promise<string> => {
      const output = join(folder, name);
      const size = ['--devices', devices, '--rounds', rounds, '--seed', seed];
      await deployment.airtune(['run', ...size, '--target', 'aws', '--out', output]);
      return output;
    };
    await run('warm-up', seeds[0]);
    const measured: MeasuredRun[] = [];
    for (const seed of seeds) measured.push(await readMeasuredRun(await run(`run-${seed}`, seed)));
    return measured;
  } finally {
    await deployment.stop();
    await emulator.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const [first, ...others] = await measuredRuns();
const { cloud, comparison } = calibrate(first, cloudParameters.parse({}));
print(`calibrated on seed ${seeds[0]}, worst stage ${(100 * worstError(comparison)).toFixed(1)} % off:\n`);
print(comparisonTable(comparison));
for (const [index, run] of others.entries()) {
  const predicted = predictStages(parseStudy({ ...run.settings, cloud }, 'prediction'), run.rounds);
  const compared = compareStages(predicted, run.stageSeconds);
  print(
    `\npredicted for seed ${seeds[index + 1]}, worst stage ${(100 * worstError(compared)).toFixed(1)} % off:\n`,
  );
  print(comparisonTable(compared));
}
