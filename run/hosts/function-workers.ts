import { createDeviceFunction } from '#functions/device/device-function.ts';
import { createEncoderFunction } from '#functions/encoder/encoder-function.ts';
import { EncoderMaterial } from '#functions/encoder/encoder-material.ts';
import { createRunEngine } from '#functions/encoder/run-engine.ts';
import type { CloudPorts } from '#functions/runtime/environment.ts';
import { runWorker } from '#functions/runtime/run-worker.ts';
import { createSchedulerFunction } from '#functions/scheduler/scheduler-function.ts';
import type { FunctionName } from '#shared/protocol/message.ts';

export const FUNCTIONS = ['scheduler', 'device', 'encoder'] as const;

export interface FunctionWorkersOptions {
  readonly ports: CloudPorts;
  /** Consumers of each queue in this process; 0 leaves a function out. */
  readonly consumers: Readonly<Record<FunctionName, number>>;
  readonly waitSeconds: number;
  readonly visibilitySeconds: number;
}

export interface FunctionWorkers {
  /** Settles when a worker ends: by `stop`, or rejected when one cannot go on. */
  readonly ended: Promise<unknown>;
  /** Finishes what is in hand, puts the rest back. */
  stop(): Promise<void>;
}

/** Runs functions in this process, as consumers of their queues. */
export function startFunctionWorkers(options: FunctionWorkersOptions): FunctionWorkers {
  const { ports, consumers, waitSeconds, visibilitySeconds } = options;
  const material = new EncoderMaterial(ports, createRunEngine);
  const work = {
    scheduler: createSchedulerFunction(ports),
    device: createDeviceFunction(ports),
    encoder: createEncoderFunction(material),
  };
  const ending = new AbortController();
  const workers = FUNCTIONS.flatMap((name) =>
    Array.from({ length: consumers[name] }, () =>
      runWorker({
        function: name,
        ports,
        work: work[name],
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
