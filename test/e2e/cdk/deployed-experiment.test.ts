import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LocalDeployment } from '#local/local-deployment.ts';
import { parseExperimentResult } from '#shared/protocol/experiment-result.ts';
import { airtune } from '#test/support/airtune.ts';
import { hasMiniStack } from '#test/support/ministack.ts';
import { miniStackOfTest } from '#test/support/ministack-of-test.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

/** The quick start's model, as small as it gets. */
const SMALL = [
  ...['--devices', '3', '--rounds', '3', '--batch-size', '2', '--policy', 'set-expansion,greedy'],
  ...['--set', 'data.trainExamples=30', '--set', 'data.testExamples=20'],
];

it.skipIf(!hasMiniStack || !fullRunOnly('an experiment on a deployment'))(
  'an experiment does two runs at once on a deployment, which train what embedded runs train',
  async () => {
    const outputs = scratchFolder();
    const [embedded, deployed] = [join(outputs, 'embedded'), join(outputs, 'deployed')];
    const emulator = await miniStackOfTest();
    const deployment = new LocalDeployment(emulator.endpoint);
    onTestFinished(() => deployment.stop());
    await deployment.bootstrap();
    await deployment.deploy({});
    await deployment.startWorker(['encoder']);

    const onDeployment = ['--target', 'aws', '--jobs', '2', '--out', deployed];
    const { exitCode, stderr } = await airtune(['experiment', ...SMALL, ...onDeployment], {
      env: deployment.environment,
    });
    expect(exitCode, stderr).toBe(0);
    const path = join(deployed, 'experiment.json');
    const { points } = parseExperimentResult(JSON.parse(readFileSync(path, 'utf8')), path);
    expect(points.map(({ runs }) => runs.map(({ status }) => status))).toEqual([['finished'], ['finished']]);

    expect((await airtune(['experiment', ...SMALL, '--out', embedded])).exitCode).toBe(0);
    for (const run of readdirSync(join(embedded, 'runs'))) {
      expect(trainedFiles(join(deployed, 'runs', run))).toEqual(trainedFiles(join(embedded, 'runs', run)));
    }
  },
  300_000,
);
