import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '#local/emulator-process.ts';
import { startMiniStack } from '#local/ministack.ts';
import { ensureQueue } from '#shared/cloud/aws/queue-resources.ts';
import { SqsQueue } from '#shared/cloud/aws/sqs-queue.ts';
import { PROTOCOL_VERSION } from '#shared/protocol/message.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';
import { airtune } from '#test/support/airtune.ts';
import { airtuneProcess } from '#test/support/airtune-process.ts';
import { logRecords } from '#test/support/log-records.ts';
import { hasMiniStack } from '#test/support/ministack.ts';
import { ROUND_1 } from '#test/support/outage-lines.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { emulatorClients } from '#test/support/sqs-harness.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const HOUR_MS = 3_600_000;
const JUMPING_TIME = pathToFileURL(join(import.meta.dirname, '../../support/jumping-time.ts')).href;

/** Sends the scheduler a message about each of these runs that no function of theirs has made. */
async function sendUnsealed(endpoint: string, runs: readonly string[]): Promise<void> {
  const clients = emulatorClients(endpoint);
  const settings = { name: 'airtune-scheduler', visibilitySeconds: 30, maxReceiveCount: 20 };
  const queue = new SqsQueue(clients, (await ensureQueue(clients, settings)).queueUrl);
  const bodies = runs.map((run) =>
    JSON.stringify({
      ...{ version: PROTOCOL_VERSION, run, epoch: 1, round: 0, deliverAtMs: 0, delayMs: 0 },
      ...{ traceId: roundTraceId(run, 0), kind: 'round.start' },
    }),
  );
  await queue.send(bodies.map((body) => ({ body, deliverAtMs: 0 })));
  clients.destroy();
}

/** Tests that wait until messages are received again: half a minute together. */
const slowTest = test.skipIf(!fullRunOnly('jumping clocks, and messages of other runs, over the wire'));

describe.skipIf(!hasMiniStack)('a run over the wire, by the real clock', () => {
  const files = sharedScratchFolder(tinyModelAndData());
  const outputs = sharedScratchFolder();
  const env = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  let emulator: Emulator | undefined;
  const wire = () => ['--target', 'aws', '--endpoint', emulator?.endpoint ?? ''];

  beforeAll(async () => {
    emulator = await startMiniStack();
  });
  afterAll(() => emulator?.stop());

  test('ends in the same bytes as the embedded run', async () => {
    const embedded = join(outputs, 'embedded');
    const wired = join(outputs, 'wired');
    await airtune(['run', ...tinyArguments(files), '--out', embedded]);
    const result = await airtune(['run', ...tinyArguments(files), ...wire(), '--out', wired], { env });
    expect(result.exitCode, result.stderr).toBe(0);
    expect(trainedFiles(wired)).toEqual(trainedFiles(embedded));
  });

  test("logs everything that is done for a round under that round's trace, from its plan to its commit", async () => {
    const args = ['--verbose', 'run', ...tinyArguments(files), ...wire(), '--out', join(outputs, 'traced')];
    const { exitCode, stderr } = await airtune(args, { env });
    expect(exitCode, stderr).toBe(0);
    // A consumer reports on its queue while it holds no message.
    const records = logRecords(stderr).filter(({ event }) => !event.startsWith('consumer.'));
    for (const record of records) {
      expect(record.traceId, JSON.stringify(record)).toBe(roundTraceId(record.run ?? '', record.round ?? -1));
    }
    const done = records.filter(({ round }) => round === 0).map(({ event, stage }) => stage ?? event);
    const stages = ['schedule', 'embed', 'forward', 'head', 'backward', 'aggregate', 'evaluate'];
    expect(new Set(done)).toEqual(new Set([...stages, 'engine', 'run-begun', 'round-committed']));
  });

  slowTest.each([-HOUR_MS, 24 * HOUR_MS])(
    'goes on, to the same bytes, when the time of day jumps by %d ms in mid-round',
    async (jumpMs) => {
      const jumped = join(outputs, `jumped${jumpMs}`);
      const { exitCode, stderr } = await airtuneProcess(
        ['run', ...tinyArguments(files), ...wire(), '--out', jumped],
        {
          env: {
            ...env,
            NODE_OPTIONS: `--import=${JUMPING_TIME}`,
            AIRTUNE_TEST_JUMP_MS: String(jumpMs),
          },
          interrupt: { when: /^round +1\//m, signal: 'SIGUSR2' },
        },
      );
      expect(exitCode, stderr).toBe(0);
      expect(stderr).toContain(`the time of day jumped by ${jumpMs} ms`);
      expect(trainedFiles(jumped)).toEqual(trainedFiles(join(outputs, 'embedded')));
    },
    // A round that waits for its deadline takes ten minutes.
    120_000,
  );

  slowTest(
    'warns only of failed messages of this run if other runs have messages in the same queues',
    async () => {
      const [others, own] = [join(outputs, 'others'), join(outputs, 'own')];
      const usual = ['--verbose', 'run', ...tinyArguments(files), ...wire()];
      expect((await airtune([...usual, '--out', others], { env })).exitCode).toBe(0);
      const runIn = (folder: string): string =>
        JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')).run;
      let sent: Promise<void> | undefined;
      const { exitCode, stderr } = await airtune([...usual, '--rounds', '20', '--out', own], {
        env,
        onErrorOutput: (text) => {
          if (ROUND_1.test(text))
            sent ??= sendUnsealed(emulator?.endpoint ?? '', [runIn(others), runIn(own)]);
        },
      });
      await sent;
      expect(exitCode, stderr).toBe(0);
      const failed = logRecords(stderr).filter(({ event }) => event === 'message-failed');
      expect(new Set(failed.map(({ run }) => run))).toEqual(new Set([runIn(others), runIn(own)]));
      const warnings = stderr.split('\n').filter((line) => line.startsWith('airtune: warning:'));
      expect(warnings).toEqual([
        expect.stringMatching(/a message for the scheduler failed: .*its seal does not match/),
      ]);
    },
  );

  test('is resumed after an interruption, to the same bytes', async () => {
    const parts = join(outputs, 'parts');
    const stopped = await airtune(['run', ...tinyArguments(files), ...wire(), '--out', parts], {
      env,
      interruptWhen: /^round +1\//m,
    });
    expect(stopped.exitCode, stopped.stderr).toBe(130);
    const resumed = await airtune(['run', '--resume', parts], { env });
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(trainedFiles(parts)).toEqual(trainedFiles(join(outputs, 'embedded')));
  });
});
