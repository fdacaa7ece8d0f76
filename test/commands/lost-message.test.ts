import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findQueue } from '#shared/cloud/aws/queue-resources.ts';
import { S3ObjectStore } from '#shared/cloud/aws/s3-object-store.ts';
import { SqsQueue } from '#shared/cloud/aws/sqs-queue.ts';
import { EXIT_CODES } from '#shared/errors.ts';
import { dueAfter, PROTOCOL_VERSION } from '#shared/protocol/message.ts';
import { sealedBody } from '#shared/protocol/message-seal.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';
import { airtune } from '#test/support/airtune.ts';
import { hasMiniStack } from '#test/support/ministack.ts';
import { miniStackOfTest } from '#test/support/ministack-of-test.ts';
import { ROUND_1 } from '#test/support/outage-lines.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { emulatorClients } from '#test/support/sqs-harness.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';

/** So many that the run is not over before it looks for lost messages. */
const ROUNDS = 2000;

it.skipIf(!hasMiniStack || !fullRunOnly('a message that SQS has given up'))(
  'a run over the wire ends with the reason when SQS has given up a message it needs',
  async () => {
    const { endpoint } = await miniStackOfTest();
    const clients = emulatorClients(endpoint);
    onTestFinished(() => clients.destroy());
    const files = scratchFolder(tinyModelAndData());
    const out = join(scratchFolder(), 'out');

    /** Puts the start of the last round where SQS puts what is received too often. */
    const loseMessage = async (): Promise<void> => {
      const objects = new S3ObjectStore(clients, 'airtune');
      const [folder] = await objects.listFolders('runs/');
      const store = new RunStore(objects);
      const record = await store.run(folder).require();
      const { epoch } = await store.control(folder).require();
      const url = await findQueue(clients, 'airtune-scheduler-dead-letters');
      if (url === undefined) throw new Error('the run has no dead-letter queue');
      const round = ROUNDS - 1;
      const body = sealedBody(record, {
        version: PROTOCOL_VERSION,
        kind: 'round.start',
        run: record.run,
        epoch,
        round,
        traceId: roundTraceId(record.run, round),
        ...dueAfter(0, 0),
      });
      await new SqsQueue(clients, url).send([{ body, deliverAtMs: 0 }]);
    };

    let losing: Promise<void> | undefined;
    const { exitCode, stderr } = await airtune(
      [
        ...[
          'run',
          ...tinyArguments(files),
          '--rounds',
          String(ROUNDS),
          '--set',
          'training.evaluateEvery=2000',
        ],
        ...['--target', 'aws', '--endpoint', endpoint, '--out', out],
      ],
      {
        env: { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
        onErrorOutput: (text) => {
          if (ROUND_1.test(text)) losing ??= loseMessage();
        },
      },
    );
    await losing;
    expect(exitCode, stderr).toBe(EXIT_CODES.protocol);
    expect(stderr).toContain(
      `the run cannot go on, because message round.start of round ${ROUNDS - 1} failed: was received too often`,
    );
    expect(stderr).toContain('See the log of its function');
  },
);
