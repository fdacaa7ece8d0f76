import { cloudParameters } from '../../emulator/parameters/cloud-parameters.ts';
import { VirtualCloud } from '../../emulator/run/virtual-cloud.ts';
import type { EventListener } from '../../emulator/run/virtual-ports.ts';
import { createDeviceFunction } from '../../functions/device/device-function.ts';
import { createEncoderFunction } from '../../functions/encoder/encoder-function.ts';
import { EncoderMaterial } from '../../functions/encoder/encoder-material.ts';
import { createRunEngine } from '../../functions/encoder/run-engine.ts';
import { createSchedulerFunction } from '../../functions/scheduler/scheduler-function.ts';
import type { ObjectStore } from '../../shared/cloud/ports/object-store.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { runKeys } from '../../shared/protocol/keys.ts';
import type { RunRecord } from '../../shared/protocol/run-record.ts';
import { nextMessages } from './next-messages.ts';
import type { RunFollower } from './run-follower.ts';

export interface EmbeddedRunOptions {
  readonly record: RunRecord;
  readonly objects: ObjectStore;
  readonly follower: RunFollower;
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly listener: EventListener;
  /** Called after anything happened that may have brought the run along. */
  readonly onProgress: () => Promise<void>;
}

/**
 * Carries a run to its end inside this process: the real functions on the virtual cloud, under virtual time. Stops
 * between two events when the signal aborts.
 */
export async function runEmbedded(options: EmbeddedRunOptions): Promise<void> {
  const { record, objects, follower, attempt, signal } = options;
  const encoders: EncoderMaterial[] = [];
  const tokens = record.config.training.batchSize * record.config.data.maxTokens;
  const startMs = follower.commits.at(-1)?.closedAtMs ?? 0;
  const cloud = new VirtualCloud(
    {
      parameters: cloudParameters.parse({}),
      seed: record.config.seed,
      objects,
      functions: {
        scheduler: createSchedulerFunction,
        device: createDeviceFunction,
        encoder: (ports) => {
          const budgetBytes = record.config.server.activationBudgetMiB * 1024 * 1024;
          const material = new EncoderMaterial(ports, createRunEngine, budgetBytes);
          encoders.push(material);
          return createEncoderFunction(material);
        },
      },
      tokensOf: (body) => (body.includes('"encoder.embeddings"') ? tokens : 0),
      listener: options.listener,
    },
    startMs,
  );
  try {
    for (const message of nextMessages(record, follower, attempt, startMs)) cloud.send(message);
    while (!follower.finished && !signal.aborted) {
      if (!(await cloud.step())) throw stalled(record, follower);
      await options.onProgress();
    }
  } finally {
    for (const encoder of encoders) await encoder.dispose();
  }
}

function stalled(record: RunRecord, follower: RunFollower): ProtocolError {
  const round = follower.commits.length;
  return new ProtocolError('the run came to a halt: no message is left, and it is not finished.', {
    subject: `object ${runKeys.commit(record.run, round)}`,
    remedy: 'Run it with --verbose to see which message failed.',
  });
}
