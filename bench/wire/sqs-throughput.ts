import { parseArgs } from 'node:util';
import { startMiniStack } from '../../local/ministack.ts';
import { createAwsClients } from '../../shared/cloud/aws/aws-clients.ts';
import { deleteQueue, ensureQueue } from '../../shared/cloud/aws/queue-resources.ts';
import { SqsQueue } from '../../shared/cloud/aws/sqs-queue.ts';
import { inBatches, oneByOne, type Transport } from './bare-sdk.ts';

// Messages a second, sent, received and deleted, through our queue adapter and through bare loops over the SDK, in turn
// against the same server; ratios are to the bare loop that batches as we do:
//   node bench/wire/sqs-throughput.ts [--endpoint URL] [--messages 1000] [--bytes 600] [--repeats 7]
// Without an endpoint MiniStack is started for it.

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string' },
    messages: { type: 'string', default: '1000' },
    bytes: { type: 'string', default: '600' },
    repeats: { type: 'string', default: '7' },
  },
});
process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

/** Lanes in which the adapter sends. */
const LANES = 4;
const REFERENCE = 'bare SDK, batches of 10';

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
const transports: Readonly<Record<string, Transport>> = {
  [REFERENCE]: inBatches(clients.sqs, queueUrl, LANES),
  'our adapter': ours,
  'bare SDK, one by one': oneByOne(clients.sqs, queueUrl),
};

const bodies = Array.from({ length: Number(values.messages) }, (_, index) =>
  String(index).padEnd(Number(values.bytes), 'x'),
);
const rates = new Map<string, number[]>(Object.keys(transports).map((label) => [label, []]));
try {
  // The first round warms connections and code up and is not counted.
  for (let round = 0; round <= Number(values.repeats); round++) {
    for (const [label, transport] of Object.entries(transports)) {
      const start = performance.now();
      await transport(bodies);
      const perSecond = (1000 * bodies.length) / (performance.now() - start);
      if (round > 0) rates.get(label)?.push(perSecond);
    }
  }
} finally {
  await deleteQueue(clients, name);
  clients.destroy();
  await emulator?.stop();
}

const median = (numbers: readonly number[]) =>
  [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const reference = median(rates.get(REFERENCE) ?? []);
console.log(`${bodies.length} messages of ${values.bytes} bytes, ${endpoint}, median of ${values.repeats}`);
for (const [label, samples] of rates) {
  const rate = median(samples);
  console.log(
    `${label.padEnd(26)} ${rate.toFixed(0).padStart(7)} messages/s   ${(rate / reference).toFixed(2)} x`,
  );
}
