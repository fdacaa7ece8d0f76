import { createDeviceFunction } from '#functions/device/device-function.ts';
import { createEncoderFunction } from '#functions/encoder/encoder-function.ts';
import { EncoderMaterial } from '#functions/encoder/encoder-material.ts';
import { runEngineFactory } from '#functions/encoder/run-engine.ts';
import type { CloudPorts } from '#functions/runtime/environment.ts';
import { runWorker } from '#functions/runtime/run-worker.ts';
import { createSchedulerFunction } from '#functions/scheduler/scheduler-function.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';
import { QUEUE_NAMES, QUEUES, type QueueName } from '#shared/protocol/functions.ts';

export interface FunctionWorkersOptions {
  readonly ports: CloudPorts;
  readonly plugins: PluginHost;
  /** Number of consumers of each queue in this process; 0 leaves a queue to other processes. */
  readonly consumers: Readonly<Record<QueueName, number>>;
  readonly waitSeconds: number;
  readonly visibilitySeconds: number;
  /** Threads of the encoder's engine on a processor; all cores by default. */
  readonly threads?: number | undefined;
}

export interface FunctionWorkers {
  /** Settles when the workers have ended after `stop`; rejects when a worker fails. */
  readonly ended: Promise<unknown>;
  /** Finishes the messages in progress and makes the others visible again. */
  stop(): Promise<void>;
}

/** Runs functions in this process as consumers of their queues. */
export function startFunctionWorkers(options: FunctionWorkersOptions): FunctionWorkers {
  const { ports, plugins, consumers, waitSeconds, visibilitySeconds } = options;
  const material = new EncoderMaterial(ports, runEngineFactory(options.threads), undefined, plugins);
  const work = {
    scheduler: createSchedulerFunction(ports, plugins),
    device: createDeviceFunction(ports),
    encoder: createEncoderFunction(material),
  };
  const ending = new AbortController();
  const workers = QUEUE_NAMES.flatMap((queue) =>
    Array.from({ length: consumers[queue] }, () =>
      runWorker({
        queue,
        ports,
        work: work[QUEUES[queue].function],
        uniform: Math.random,
        waitSeconds,
        visibilitySeconds,
        signal: ending.signal,
      }),
    ),
  );
  return {
    ended: Promise.all(workers),
    async stop() {
      ending.abort();
      await Promise.allSettled(workers);
      await material.dispose();
    },
  };
}
