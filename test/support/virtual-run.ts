import { VirtualCloud } from '#emulator/embedded/virtual-cloud.ts';
import type { EventListener } from '#emulator/embedded/virtual-ports.ts';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { createDeviceFunction } from '#functions/device/device-function.ts';
import { createEncoderFunction } from '#functions/encoder/encoder-function.ts';
import { EncoderMaterial } from '#functions/encoder/encoder-material.ts';
import type { BatchWork } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { createSchedulerFunction } from '#functions/scheduler/scheduler-function.ts';
import { beginEpoch } from '#run/execute/begin-epoch.ts';
import { nextMessages } from '#run/follow/next-messages.ts';
import { RunFollower } from '#run/follow/run-follower.ts';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import type { EncoderEngine } from '#shared/model/engine/encoder-engine.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import type { FunctionName } from '#shared/protocol/message.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { prepareTinyRun } from './tiny-run.ts';

type CreateFunction = (ports: FunctionPorts) => BatchWork;

export interface VirtualRunChanges {
  /** Puts something around a function; the function itself where not given. */
  readonly wrap?: (name: FunctionName, create: CreateFunction) => CreateFunction;
  readonly listener?: EventListener;
  /** Puts something around the encoder's engine; the engine itself where not given. */
  readonly wrapEngine?: (engine: EncoderEngine) => EncoderEngine;
  /** Tokens that the encoder runs as one batch at most; as many as wait where not given. */
  readonly batchTokens?: number;
}

export interface FinishedVirtualRun {
  readonly objects: ObjectStore;
  readonly record: RunRecord;
  readonly follower: RunFollower;
}

/** Prepares a run and carries it through the virtual cloud, to the last message that is still under way. */
export async function virtualRun(
  config: RunConfig,
  {
    wrap = (_name, create) => create,
    listener = () => {},
    wrapEngine = (engine) => engine,
    batchTokens = Number.POSITIVE_INFINITY,
  }: VirtualRunChanges = {},
): Promise<FinishedVirtualRun> {
  const objects = new MemoryObjectStore();
  const record = await prepareTinyRun(objects, config);
  const follower = new RunFollower(objects, record);
  const options = { features: config.model.features, lora: config.lora, backend: 'wasm' } as const;
  const cloud = new VirtualCloud({
    parameters: cloudParameters.parse({}),
    seed: 1,
    objects,
    functions: {
      scheduler: wrap('scheduler', createSchedulerFunction),
      device: wrap('device', createDeviceFunction),
      encoder: wrap('encoder', (ports) =>
        createEncoderFunction(
          new EncoderMaterial(
            ports,
            async (server) => wrapEngine(await createTfjsEngine(server, options)),
            batchTokens,
          ),
        ),
      ),
    },
    tokensOf: () => 1,
    listener,
  });
  const epoch = await beginEpoch(objects, record.run);
  for (const message of nextMessages(record, follower, epoch, 0)) cloud.send(record, message);
  while (await cloud.step()) await follower.poll();
  return { objects, record, follower };
}
