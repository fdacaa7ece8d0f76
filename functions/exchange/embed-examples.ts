import { type ExampleSet, selectExamples } from '#shared/data/example-set.ts';
import { tokenBatch } from '#shared/data/text/token-batch.ts';
import { ConfigError } from '#shared/errors.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { ModelInput } from '#shared/model/families/model-input.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';

/** The device part of a model, for the kind of examples that the model takes. */
export interface ExampleEmbedding {
  /** Rows of a set of examples to their embedding output. */
  embed(examples: ExampleSet, rows: Int32Array): EmbeddedBatch;
  /** Floating point operations for each value of the output. */
  readonly flopsPerValue: number;
}

/** The embedding module from a model's device part. Images are resized here, mini-batch by mini-batch. */
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
    remedy: 'Choose a text task for a model of texts and an image task for one of images.',
  });
}
