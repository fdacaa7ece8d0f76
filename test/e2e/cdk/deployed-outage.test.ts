import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { LocalDeployment } from '#local/local-deployment.ts';
import { airtune } from '#test/support/airtune.ts';
import { startCuttableProxy } from '#test/support/cuttable-proxy.ts';
import { hasMiniStack } from '#test/support/ministack.ts';
import { miniStackOfTest } from '#test/support/ministack-of-test.ts';
import { AWAY, BACK, ROUND_1 } from '#test/support/outage-lines.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

describe.skipIf(!hasMiniStack || !fullRunOnly('an outage of a deployment'))(
  'airtune run --target aws, following a deployment,',
  () => {
    const files = sharedScratchFolder(tinyModelAndData());
    const outputs = sharedScratchFolder();
    const size = [...tinyArguments(files), '--rounds', '6'];
    const embedded = join(outputs, 'embedded');

    beforeAll(async () => {
      const { exitCode, stderr } = await airtune(['run', ...size, '--out', embedded]);
      expect(exitCode, stderr).toBe(0);
    });

    function clientsAt(endpoint: string): LocalDeployment {
      const deployment = new LocalDeployment(endpoint);
      onTestFinished(() => deployment.stop());
      return deployment;
    }

    /**
     * Follows a run. After the first committed round, the endpoint is cut until the run notices it.
     */
    async function runThrough(
      outage: { away(): Promise<unknown>; back(): Promise<unknown> },
      clients: LocalDeployment,
      out: string,
    ): Promise<void> {
      let over: Promise<unknown> | undefined;
      const waits = Promise.withResolvers<void>();
      const { exitCode, stderr } = await airtune(['run', ...size, '--target', 'aws', '--out', out], {
        env: clients.environment,
        onErrorOutput: (text) => {
          if (ROUND_1.test(text)) {
            over ??= outage
              .away()
              .then(() => waits.promise)
              .then(() => outage.back());
          }
          if (text.match(AWAY) !== null) waits.resolve();
        },
      });
      await over;
      expect(exitCode, stderr).toBe(0);
      expect(stderr.match(AWAY), stderr).toHaveLength(1);
      expect(stderr.match(BACK), stderr).toHaveLength(1);
      expect(trainedFiles(out)).toEqual(trainedFiles(embedded));
    }

    it('waits, as its encoder does, while nothing reaches the endpoint, and ends in the same bytes', async () => {
      const emulator = await miniStackOfTest();
      const inside = clientsAt(emulator.endpoint);
      await inside.bootstrap();
      await inside.deploy({});
      const proxy = await startCuttableProxy(Number(new URL(emulator.endpoint).port));
      onTestFinished(() => proxy.cut());
      const outside = clientsAt(proxy.endpoint);
      await outside.startWorker(['encoder']);
      await runThrough({ away: proxy.cut, back: proxy.mend }, outside, join(outputs, 'cut'));
    }, 300_000);

    it('continues after a restart of the service that kept its data', async () => {
      const state = {
        PERSIST_STATE: '1',
        S3_PERSIST: '1',
        STATE_DIR: join(outputs, 'emulator/state'),
        S3_DATA_DIR: join(outputs, 'emulator/s3'),
      };
      const first = await miniStackOfTest({ environment: state });
      const clients = clientsAt(first.endpoint);
      await clients.bootstrap();
      // Messages that a function held when the service ended are visible again after this time, not after
      // minutes.
      await clients.deploy({ visibilitySeconds: 5 });
      await clients.startWorker(['encoder']);
      const port = Number(new URL(first.endpoint).port);
      const restart = { away: () => first.stop(), back: () => miniStackOfTest({ environment: state, port }) };
      await runThrough(restart, clients, join(outputs, 'restarted'));
    }, 300_000);
  },
);
