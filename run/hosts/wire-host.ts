import { AsyncLocalStorage } from 'node:async_hooks';
import { sendMessages } from '#functions/exchange/send-message.ts';
import { type CloudPorts, connect } from '#functions/runtime/environment.ts';
import { followRun } from '#run/follow/follow-run.ts';
import { LostMessages } from '#run/follow/lost-messages.ts';
import { nextMessages } from '#run/follow/next-messages.ts';
import { createAwsClients } from '#shared/cloud/aws/aws-clients.ts';
import { ensureBucket } from '#shared/cloud/aws/bucket-resources.ts';
import { requireConditionalWrites } from '#shared/cloud/aws/conditional-writes.ts';
import { ensureQueue } from '#shared/cloud/aws/queue-resources.ts';
import { S3ObjectStore } from '#shared/cloud/aws/s3-object-store.ts';
import { steadyClock } from '#shared/cloud/node/system-clock.ts';
import type { Telemetry } from '#shared/cloud/ports/telemetry.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';
import { byQueue, QUEUE_NAMES, QUEUES, type QueueName } from '#shared/protocol/functions.ts';
import { startFunctionWorkers } from './function-workers.ts';
import { lostStateError } from './lost-state.ts';
import { requireMessagesFit } from './message-size.ts';
import type { ExecutedRun, RunHost } from './run-host.ts';

export interface WireHostOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly plugins: PluginHost;
  /** Receives the functions' log records. */
  readonly log: (line: string) => void;
  /** Threads of the encoder's engine on a processor; all cores by default. */
  readonly threads?: number | undefined;
}

/** Short times, so that Ctrl-C takes effect soon, and messages of a killed process become visible soon. */
const WAIT_SECONDS = 1;
const VISIBILITY_SECONDS = 30;
const MAX_RECEIVE_COUNT = 20;
const POLL_MS = 200;

/**
 * The host `wire`: an endpoint that speaks SQS and S3. Creates the queues and the bucket that are missing,
 * and runs the functions in this process as consumers of those queues, in real time.
 */
export async function openWireHost(options: WireHostOptions): Promise<RunHost> {
  const { endpoint } = options;
  const { ports, maxMessageBytes } = await createResources(options);
  return {
    target: 'aws',
    virtualTime: false,
    encodesHere: true,
    objects: ports.objects,
    endpoint,
    async execute(run) {
      requireMessagesFit(run.record, endpoint, maxMessageBytes);
      try {
        await execute(ports, run, options);
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
 * Creates the queues and the bucket that are missing, and checks that the endpoint's conditional writes work.
 *
 * @throws ServiceError when the endpoint does not respond or refuses a request
 */
async function createResources({ endpoint, region, log }: WireHostOptions): Promise<WireResources> {
  const clients = createAwsClients({ region, endpoint });
  try {
    const bucket = 'airtune';
    await ensureBucket(clients, bucket);
    await requireConditionalWrites(new S3ObjectStore(clients, bucket), endpoint);
    const queueUrls: Record<QueueName, string> = { ...byQueue(() => '') };
    const deadLetterUrls: Record<QueueName, string> = { ...byQueue(() => '') };
    let maxMessageBytes = Number.POSITIVE_INFINITY;
    for (const name of QUEUE_NAMES) {
      const settings = {
        name: `airtune-${name}`,
        visibilitySeconds: VISIBILITY_SECONDS,
        maxReceiveCount: MAX_RECEIVE_COUNT,
      };
      const ensured = await ensureQueue(clients, settings);
      queueUrls[name] = ensured.queueUrl;
      deadLetterUrls[name] = ensured.deadLettersUrl;
      maxMessageBytes = Math.min(maxMessageBytes, ensured.maxMessageBytes);
    }
    const addresses = { region, endpoint, bucket, queueUrls, deadLetterUrls, maxMessageBytes };
    // All functions are in this process, so they can share a clock that does not jump.
    return { ports: connect(addresses, 'run', log, steadyClock()), maxMessageBytes };
  } finally {
    clients.destroy();
  }
}

async function execute(
  ports: CloudPorts,
  run: ExecutedRun,
  { log, threads, plugins }: WireHostOptions,
): Promise<void> {
  const { record, follower } = run;
  const listening = { ...ports, telemetry: ownEvents(ports.telemetry, run) };
  const workers = startFunctionWorkers({
    ports: listening,
    plugins,
    consumers: byQueue((name) => QUEUES[name].consumers),
    waitSeconds: WAIT_SECONDS,
    visibilitySeconds: VISIBILITY_SECONDS,
    threads,
  });
  try {
    await sendMessages(ports, record, nextMessages(record, follower, run.epoch, ports.clock.nowMs()));
    await followRun(run, {
      clock: ports.clock,
      uniform: Math.random,
      pollMs: POLL_MS,
      onTrouble: log,
      lost: new LostMessages(ports, run),
      // A worker that ends before `stop` has failed, and the run cannot continue without it.
      failed: workers.ended,
    });
  } finally {
    await workers.stop();
  }
}

/**
 * Telemetry that also passes events of this run to its listener; the queues may hold messages of other runs.
 */
function ownEvents(telemetry: Telemetry, { record, listener }: ExecutedRun): Telemetry {
  const handledRun = new AsyncLocalStorage<unknown>();
  return {
    ...telemetry,
    within: (fields, task) =>
      handledRun.run(fields.run ?? handledRun.getStore(), () => telemetry.within(fields, task)),
    event: (name, fields) => {
      telemetry.event(name, fields);
      if (handledRun.getStore() === record.run) listener(name, fields);
    },
  };
}
