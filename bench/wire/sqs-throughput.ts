import { parseArgs } from 'node:util';
import { startMiniStack } from '#local/ministack.ts';
import { createAwsClients } from '#shared/cloud/aws/aws-clients.ts';
import { deleteQueue, ensureQueue } from '#shared/cloud/aws/queue-resources.ts';
import { SqsQueue } from '#shared/cloud/aws/sqs-queue.ts';
import { inBatches, oneByOne, type Transport } from './bare-sdk.ts';
import { quantile, type RunCost, runInPairs } from './paired-runs.ts';

// Compares messages per second (sent, received and deleted) of airtune's queue adapter and of a plain loop
// over the SDK with the same batching, on the same server. They run in pairs, one directly after the other;
// the result is the median of the ratios with its quartiles. It also prints the processor time per message,
// which other processes do not change.
//
//  node bench/wire/sqs-throughput.ts [--endpoint URL] [--messages 500] [--bytes 600] [--pairs 25] [--seconds
// 60] Without an endpoint it starts MiniStack. Takes at most about --seconds in addition to that start.

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string' },
    messages: { type: 'string', default: '500' },
    bytes: { type: 'string', default: '600' },
    pairs: { type: 'string', default: '25' },
    seconds: { type: 'string', default: '60' },
  },
});
process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

/** Number of concurrent sends of the adapter. */
const LANES = 4;
/** Number of messages of the loop without batching; enough to measure the effect of batching. */
const SINGLE_MESSAGES = 100;

const emulator = values.endpoint === undefined ? await startMiniStack({ log: console.error }) : undefined;
const endpoint = values.endpoint ?? emulator?.endpoint ?? '';
const clients = createAwsClients({ endpoint, region: process.env.AWS_REGION ?? 'us-east-1' });
const name = 'bench-wire';
const { queueUrl } = await ensureQueue(clients, { name, visibilitySeconds: 60, maxReceiveCount: 10 });
const queue = new SqsQueue(clients, queueUrl);

const ours: Transport = async (bodies) => {
  await queue.send(bodies.map((body) => ({ body, deliverAtMs: 0 })));
  for (let left = bodies.length; left > 0; ) {
    const received = await queue.receive({ maxMessages: 10, waitSeconds: 5, visibilitySeconds: 60 });
    await queue.delete(received.map(({ receipt }) => receipt));
    left -= received.length;
  }
};
const inTens = inBatches(clients.sqs, queueUrl, LANES);
const singly = oneByOne(clients.sqs, queueUrl);

const bodies = Array.from({ length: Number(values.messages) }, (_, index) =>
  String(index).padEnd(Number(values.bytes), 'x'),
);
try {
  const limits = { pairs: Number(values.pairs), seconds: Number(values.seconds) };
  const costs = await runInPairs(
    () => ours(bodies),
    () => inTens(bodies),
    limits,
  );
  const start = performance.now();
  await singly(bodies.slice(0, SINGLE_MESSAGES));
  const singleSeconds = (performance.now() - start) / 1000;

  console.log(`${bodies.length} messages of ${values.bytes} bytes, ${endpoint}, ${costs.length} pairs`);
  const own = costs.map((cost) => cost.ours);
  const bare = costs.map((cost) => cost.reference);
  for (const [label, samples] of [
    ['our adapter', own],
    ['bare SDK, batches of 10', bare],
  ] as const) {
    const perSecond = bodies.length / median(samples.map(({ wallSeconds }) => wallSeconds));
    const microseconds = (1e6 * median(samples.map(({ cpuSeconds }) => cpuSeconds))) / bodies.length;
    console.log(`${line(label, perSecond)}   ${microseconds.toFixed(0)} us of processor a message`);
  }
  console.log(line('bare SDK, one by one', Math.min(SINGLE_MESSAGES, bodies.length) / singleSeconds));
  const overhead = (of: (cost: RunCost) => number): string => {
    const percents = costs.map((cost) => 100 * (of(cost.ours) / of(cost.reference) - 1));
    const [low, middle, high] = [0.25, 0.5, 0.75].map((level) => quantile(percents, level).toFixed(1));
    return `${middle} % (quartiles ${low} and ${high})`;
  };
  console.log(`overhead in time       ${overhead(({ wallSeconds }) => wallSeconds)}`);
  console.log(`overhead in processor  ${overhead(({ cpuSeconds }) => cpuSeconds)}`);
} finally {
  await deleteQueue(clients, name);
  clients.destroy();
  await emulator?.stop();
}

function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

function line(label: string, perSecond: number): string {
  return `${label.padEnd(26)} ${perSecond.toFixed(0).padStart(7)} messages/s`;
}
