import { type ExampleSet, selectExamples } from '#shared/data/example-set.ts';
import { tokenBatch } from '#shared/data/text/token-batch.ts';
import { ConfigError } from '#shared/errors.ts';
import { bertEmbedding } from '#shared/model/bert/embedding.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import { vitEmbedding } from '#shared/model/vit/embedding.ts';

/** The device part of a model, for the kind of examples that the model takes. */
export interface ExampleEmbedding {
  /** Rows of a set of examples to their embedding output. */
  embed(examples: ExampleSet, rows: Int32Array): EmbeddedBatch;
  /** Floating point operations for each value of the output. */
  readonly flopsPerValue: number;
}

/** The embedding module from a model's device part. Images are resized here, mini-batch by mini-batch. */
export function exampleEmbedding({ config, tensors }: ModelPart): ExampleEmbedding {
  switch (config.family) {
    case 'bert': {
      const embedTokens = bertEmbedding(config, tensors);
      return {
        embed(examples, rows) {
          if (examples.kind !== 'tokens') throw mismatch(config.family, examples.kind);
          return embedTokens(tokenBatch(examples, rows));
        },
        // Look-ups and a LayerNorm.
        flopsPerValue: 10,
      };
    }
    case 'vit': {
      const embedImages = vitEmbedding(config, tensors);
      return {
        embed(examples, rows) {
          if (examples.kind !== 'images') throw mismatch(config.family, examples.kind);
          return embedImages(selectExamples(examples, rows));
        },
        // A patch's dense layer.
        flopsPerValue: 2 * config.channelCount * config.patchSize ** 2,
      };
    }
  }
}

function mismatch(family: string, kind: ExampleSet['kind']): ConfigError {
  return new ConfigError(`a ${family} model cannot embed ${kind}.`, {
    subject: 'data.task',
    remedy: 'Choose a text task for a BERT model and an image task for a ViT model.',
  });
}
