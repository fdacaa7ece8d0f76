import { type ExampleSet, selectExamples } from '#shared/data/example-set.ts';
import { tokenBatch } from '#shared/data/text/token-batch.ts';
import { ConfigError } from '#shared/errors.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { ModelInput } from '#shared/model/families/model-input.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';

/** The device part of a model: maps examples to embeddings. */
export interface ExampleEmbedding {
  /** Embedding output of these rows of a set of examples. */
  embed(examples: ExampleSet, rows: Int32Array): EmbeddedBatch;
  /** Number of floating-point operations for each value of the embedding output. */
  readonly flopsPerValue: number;
}

/**
 * Creates the embedding module from the device part of a model. Images are resized in each call, for one
 * mini-batch at a time.
 */
export function exampleEmbedding({ config, tensors }: ModelPart): ExampleEmbedding {
  const { input } = describeModel(config);
  return { embed: embedder(input, tensors, config.family), flopsPerValue: input.flopsPerValue };
}

function embedder(input: ModelInput, tensors: NamedTensors, family: string): ExampleEmbedding['embed'] {
  switch (input.kind) {
    case 'text': {
      const embed = input.embedding(tensors);
      return (examples, rows) => {
        if (examples.kind !== 'tokens') throw mismatch(family, examples.kind);
        return embed(tokenBatch(examples, rows));
      };
    }
    case 'image': {
      const embed = input.embedding(tensors);
      return (examples, rows) => {
        if (examples.kind !== 'images') throw mismatch(family, examples.kind);
        return embed(selectExamples(examples, rows));
      };
    }
  }
}

function mismatch(family: string, kind: ExampleSet['kind']): ConfigError {
  return new ConfigError(`a ${family} model cannot embed ${kind}.`, {
    subject: 'data.task',
    remedy: 'Choose a text task for a text model, and an image task for an image model.',
  });
}
