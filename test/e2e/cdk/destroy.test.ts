import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LocalDeployment } from '#local/local-deployment.ts';
import { emulatorInventory } from '#test/support/emulator-inventory.ts';
import { hasMiniStack } from '#test/support/ministack.ts';
import { miniStackOfTest } from '#test/support/ministack-of-test.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';

it.skipIf(!hasMiniStack || !fullRunOnly('cdk destroy'))(
  'cdk destroy after a run leaves what was there before the deployment, and nothing else',
  async () => {
    const folder = scratchFolder(tinyModelAndData());
    const emulator = await miniStackOfTest();
    const deployment = new LocalDeployment(emulator.endpoint);
    onTestFinished(() => deployment.stop());
    await deployment.bootstrap();
    const before = await emulatorInventory(emulator.endpoint);

    await deployment.deploy({});
    const deployed = await emulatorInventory(emulator.endpoint);
    const made = Object.entries(deployed).map(([kind, names]) => [
      kind,
      names.filter((name) => !before[kind]?.includes(name)).length,
    ]);
    expect(Object.fromEntries(made)).toMatchObject({
      ...{ queues: 8, buckets: 1, functions: 2, eventSourceMappings: 2, logGroups: 2, alarms: 12 },
      ...{ dashboards: 1, roles: 2 },
    });

    // Does a run, so that the bucket is not empty and the functions have log records.
    const worker = await deployment.startWorker(['encoder']);
    const size = [...tinyArguments(folder), '--target', 'aws', '--out', join(folder, 'out')];
    await deployment.airtune(['run', ...size]);
    await worker.stop();
    await deployment.destroy({});
    expect(await emulatorInventory(emulator.endpoint)).toEqual(before);
  },
  300_000,
);
