import { sendMessages } from '#functions/exchange/send-message.ts';
import { type CloudPorts, connect } from '#functions/runtime/environment.ts';
import { followRun } from '#run/follow/follow-run.ts';
import { nextMessages } from '#run/follow/next-messages.ts';
import { createAwsClients } from '#shared/cloud/aws/aws-clients.ts';
import { ensureBucket } from '#shared/cloud/aws/bucket-resources.ts';
import { ensureQueue } from '#shared/cloud/aws/queue-resources.ts';
import type { FunctionName } from '#shared/protocol/message.ts';
import { FUNCTIONS, startFunctionWorkers } from './function-workers.ts';
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
  const ports = await createResources(options);
  return {
    target: 'aws',
    virtualTime: false,
    encodesHere: true,
    objects: ports.objects,
    carry: (run) => carry(ports, run, options.log),
    close: async () => ports.close(),
  };
}

async function createResources({ endpoint, region, log }: WireHostOptions): Promise<CloudPorts> {
  const clients = createAwsClients({ region, endpoint });
  try {
    const bucket = 'airtune';
    await ensureBucket(clients, bucket);
    const queues = { scheduler: '', device: '', encoder: '' };
    const deadLetters = { scheduler: '', device: '', encoder: '' };
    for (const name of FUNCTIONS) {
      const settings = {
        name: `airtune-${name}`,
        visibilitySeconds: VISIBILITY_SECONDS,
        maxReceiveCount: MAX_RECEIVE_COUNT,
      };
      const { queueUrl, deadLettersUrl } = await ensureQueue(clients, settings);
      queues[name] = queueUrl;
      deadLetters[name] = deadLettersUrl;
    }
    return connect({ region, endpoint, bucket, queueUrls: queues, deadLetterUrls: deadLetters }, 'run', log);
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
    await sendMessages(ports, record, nextMessages(record, follower, run.attempt, ports.clock.nowMs()));
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
