import { expect, test } from 'vitest';
import { endingRunOnFault } from '#functions/exchange/end-run.ts';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import { DivergedError } from '#shared/errors.ts';
import { type Message, PROTOCOL_VERSION } from '#shared/protocol/message.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { prepareTinyRun, tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

const files = sharedScratchFolder(tinyModelAndData());

const LORA = 'server.optimizer.learningRate (0.01)';
const HEAD = 'head.learningRate (0.2)';

test.each([
  ['head', HEAD],
  ['lora', LORA],
  [undefined, `${LORA} or ${HEAD}`],
] as const)('after a divergence of %s the remedy is to lower %s', async (part, lowered) => {
  const objects = new MemoryObjectStore();
  const record = await prepareTinyRun(objects, tinyConfig(files));
  const store = new RunStore(objects);
  const message: Message = {
    ...{ version: PROTOCOL_VERSION, kind: 'evaluate', run: record.run, epoch: 0, round: 2 },
    ...{ deliverAtMs: 0, delayMs: 0, traceId: '0'.repeat(32) },
  };
  await endingRunOnFault({ store, record: async () => record }, message, async () => {
    throw new DivergedError('the loss is not finite.', { part });
  });
  expect(await store.failure(record.run, 0).read()).toMatchObject({
    message: 'training diverged after round 2: the loss is not finite.',
    remedy: `Lower ${lowered} and start a new run.`,
  });
});
