import { type ExampleSet, selectExamples } from '../../shared/data/example-set.ts';
import { tokenBatch } from '../../shared/data/text/token-batch.ts';
import { ConfigError } from '../../shared/errors.ts';
import { bertEmbedding } from '../../shared/model/bert/embedding.ts';
import type { EmbeddedBatch } from '../../shared/model/engine/encoder-engine.ts';
import type { ModelPart } from '../../shared/model/split-model.ts';
import { vitEmbedding } from '../../shared/model/vit/embedding.ts';

/** Rows of a set of examples to their embedding output. */
export type ExampleEmbedding = (examples: ExampleSet, rows: Int32Array) => EmbeddedBatch;

/** The embedding module of a model's device part, for the kind of examples that the model takes. */
export function exampleEmbedding({ config, tensors }: ModelPart): ExampleEmbedding {
  switch (config.family) {
    case 'bert': {
      const embedTokens = bertEmbedding(config, tensors);
      return (examples, rows) => {
        if (examples.kind !== 'tokens') throw mismatch(config.family, examples.kind);
        return embedTokens(tokenBatch(examples, rows));
      };
    }
    case 'vit': {
      const embedImages = vitEmbedding(config, tensors);
      return (examples, rows) => {
        if (examples.kind !== 'images') throw mismatch(config.family, examples.kind);
        return embedImages(selectExamples(examples, rows));
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
