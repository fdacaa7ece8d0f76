import type { HopBits, Workload } from '#emulator/modelled/workload.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { transportedBits } from '#shared/model/transport/transported-bits.ts';
import { messageSizes } from '#shared/workload/message-sizes.ts';
import {
  headParameterCount,
  loraParameterCount,
  objectSizes,
  type WorkloadShape,
} from '#shared/workload/object-sizes.ts';
import {
  aggregateWork,
  backwardWork,
  embedWork,
  forwardWork,
  headWork,
  scheduleWork,
  vocabularyWork,
} from '#shared/workload/work.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import { studiedModel } from './studied-model.ts';

/** Payload sizes of the three radio hops of one device [bits]. */
export function hopBits({ model, data, training, transport }: StudySettings): HopBits {
  const { batchSize } = training;
  const { hiddenSize } = model;
  const embeddings = transportedBits([batchSize, data.maxTokens, hiddenSize], transport.bitsPerValue);
  const features =
    model.vocabularySize === undefined
      ? transportedBits([batchSize, hiddenSize], transport.bitsPerValue)
      : embeddings;
  return { embeddings, features, gradients: features };
}

/** Size of the shard cache of a warm function [bytes]. */
const SHARD_CACHE_BYTES = 256 * 1024 * 1024;

/** The work of a round, counted as the real handlers count it. */
export function studyWorkload(settings: StudySettings): Workload {
  const { model, data, training, transport, lora, head } = settings;
  const { batchSize, devices } = training;
  const tokens = data.meanTokens ?? data.maxTokens;
  const config = studiedModel(settings);
  const { input } = describeModel(config);
  const shape: WorkloadShape = {
    model: config,
    lora,
    headWidth: head.hiddenSize,
    labelCount: data.labelCount,
    vocabularySize: model.vocabularySize,
    trainsMatrix: head.train === 'all',
    devices,
    batchSize,
    tokens,
    shardExamples: data.shardExamples,
    bitsPerValue: transport.bitsPerValue,
    inlineBytes: transport.inlineBytes,
  };
  const extents = [{ sequences: batchSize, tokens }];
  const sizes = objectSizes(shape);
  const loraParameters = loraParameterCount(shape);
  return {
    devices,
    hopBits: hopBits(settings),
    sizes,
    messageBytes: messageSizes(sizes),
    requestsInParallel: settings.server.requestsInParallel,
    shardMissRate: Math.max(0, 1 - SHARD_CACHE_BYTES / (sizes.shard * devices)),
    tokens: batchSize * tokens,
    // The embedding module's work is counted for sequences of maximum length.
    embed: embedWork(input.flopsPerValue, batchSize * data.maxTokens * model.hiddenSize, batchSize),
    forward: forwardWork(config, extents),
    head:
      model.vocabularySize === undefined
        ? headWork(headParameterCount(shape), batchSize)
        : vocabularyWork(
            model.vocabularySize * model.hiddenSize,
            // The first token of a sequence is not predicted.
            batchSize * Math.max(0, tokens - 1),
            batchSize,
            shape.trainsMatrix,
          ),
    backward: backwardWork(config, extents),
    schedule: scheduleWork(devices),
    aggregate: (answered) => aggregateWork(loraParameters, answered),
  };
}
