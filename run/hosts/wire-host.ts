import { sendMessages } from '#functions/exchange/send-message.ts';
import { type CloudPorts, connect } from '#functions/runtime/environment.ts';
import { followRun } from '#run/follow/follow-run.ts';
import { nextMessages } from '#run/follow/next-messages.ts';
import { createAwsClients } from '#shared/cloud/aws/aws-clients.ts';
import { ensureBucket } from '#shared/cloud/aws/bucket-resources.ts';
import { requireConditionalWrites } from '#shared/cloud/aws/conditional-writes.ts';
import { ensureQueue } from '#shared/cloud/aws/queue-resources.ts';
import { S3ObjectStore } from '#shared/cloud/aws/s3-object-store.ts';
import { steadyClock } from '#shared/cloud/node/system-clock.ts';
import type { FunctionName } from '#shared/protocol/message.ts';
import { FUNCTIONS, startFunctionWorkers } from './function-workers.ts';
import { lostStateError } from './lost-state.ts';
import { requireMessagesFit } from './message-size.ts';
import type { CarriedRun, RunHost } from './run-host.ts';

export interface WireHostOptions {
  readonly endpoint: string;
  readonly region: string;
  /** Takes the functions' log records. */
  readonly log: (line: string) => void;
}

/** Short, so that Ctrl-C is answered soon, and what a killed process held is soon worked on by the next. */
const WAIT_SECONDS = 1;
const VISIBILITY_SECONDS = 30;
const MAX_RECEIVE_COUNT = 20;
/** Consumers of each queue in this process: a device's wait for its radio delay must not hold up the others. */
const CONSUMERS: Readonly<Record<FunctionName, number>> = { scheduler: 1, device: 4, encoder: 1 };
const POLL_MS = 200;

/**
 * A bare endpoint that speaks SQS and S3: creates the queues and the bucket it lacks, and runs the functions in this
 * process as consumers of those queues, by the real clock.
 */
export async function openWireHost(options: WireHostOptions): Promise<RunHost> {
  const { endpoint, log } = options;
  const { ports, maxMessageBytes } = await createResources(options);
  return {
    target: 'aws',
    virtualTime: false,
    encodesHere: true,
    objects: ports.objects,
    endpoint,
    async carry(run) {
      requireMessagesFit(run.record, endpoint, maxMessageBytes);
      try {
        await carry(ports, run, log);
      } catch (error) {
        throw lostStateError(error, endpoint);
      }
    },
    close: async () => ports.close(),
  };
}

interface WireResources {
  readonly ports: CloudPorts;
  readonly maxMessageBytes: number;
}

/**
 * Creates queues and bucket where they are missing, and makes sure that the endpoint's conditional writes hold.
 *
 * @throws ServiceError when the endpoint does not answer or refuses
 */
async function createResources({ endpoint, region, log }: WireHostOptions): Promise<WireResources> {
  const clients = createAwsClients({ region, endpoint });
  try {
    const bucket = 'airtune';
    await ensureBucket(clients, bucket);
    await requireConditionalWrites(new S3ObjectStore(clients, bucket), endpoint);
    const queues = { scheduler: '', device: '', encoder: '' };
    const deadLetters = { scheduler: '', device: '', encoder: '' };
    let maxMessageBytes = Number.POSITIVE_INFINITY;
    for (const name of FUNCTIONS) {
      const settings = {
        name: `airtune-${name}`,
        visibilitySeconds: VISIBILITY_SECONDS,
        maxReceiveCount: MAX_RECEIVE_COUNT,
      };
      const ensured = await ensureQueue(clients, settings);
      queues[name] = ensured.queueUrl;
      deadLetters[name] = ensured.deadLettersUrl;
      maxMessageBytes = Math.min(maxMessageBytes, ensured.maxMessageBytes);
    }
    const urls = { queueUrls: queues, deadLetterUrls: deadLetters };
    const addresses = { region, endpoint, bucket, ...urls, maxMessageBytes };
    // All functions are in this process, so that no jump of the machine's clock reaches the run.
    return { ports: connect(addresses, 'run', log, steadyClock()), maxMessageBytes };
  } finally {
    clients.destroy();
  }
}

async function carry(ports: CloudPorts, run: CarriedRun, log: (line: string) => void): Promise<void> {
  const { record, follower } = run;
  const listening = {
    ...ports,
    telemetry: {
      ...ports.telemetry,
      event: (name: string, fields: Parameters<CarriedRun['listener']>[1]) => {
        ports.telemetry.event(name, fields);
        run.listener(name, fields);
      },
    },
  };
  const workers = startFunctionWorkers({
    ports: listening,
    consumers: CONSUMERS,
    waitSeconds: WAIT_SECONDS,
    visibilitySeconds: VISIBILITY_SECONDS,
  });
  try {
    await sendMessages(ports, record, nextMessages(record, follower, run.epoch, ports.clock.nowMs()));
    await followRun(run, {
      clock: ports.clock,
      uniform: Math.random,
      pollMs: POLL_MS,
      onTrouble: log,
      // A worker ends by itself only when it cannot go on; then neither can the run.
      failed: workers.ended,
    });
  } finally {
    await workers.stop();
  }
}
