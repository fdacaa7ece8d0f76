import type * as z from 'zod';
import type { EncoderLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import type { TensorShapes } from '#shared/model/tensor-shapes.ts';
import type { ModelConfig } from './model-config.ts';
import type { ModelInput } from './model-input.ts';

/** A parsed JSON file, with its name for error messages. */
export interface JsonFile {
  readonly value: unknown;
  readonly subject: string;
}

/** The JSON files of a Hugging Face model directory. */
export interface ConfigFiles {
  /** config.json */
  readonly config: JsonFile;
  /** preprocessor_config.json; undefined when there is none. */
  readonly preprocessor: JsonFile | undefined;
}

/**
 * How checkpoints of a family name their tensors. Canonical names are those of the bare model in transformers
 * 4.
 */
export interface CheckpointNames {
  /** Prefix that task models add to the names of the bare model, for example `bert.`. */
  readonly prefix: string;
  /** Canonical name of a tensor that every checkpoint of the family has. */
  readonly anchor: string;
  /** Prefixes of the canonical names. All other tensors of a checkpoint belong to task heads. */
  readonly parts: readonly string[];
  /** Known alternative names in checkpoints, each with its canonical replacement. */
  readonly renames: readonly (readonly [RegExp, string])[];
  /** Canonical names of tensors that match `parts` but that a forward pass does not read. */
  readonly unused: readonly (string | RegExp)[];
  /** Whether a checkpoint stores the weight with this canonical name as [inputs, outputs]. */
  readonly transposed?: (canonical: string) => boolean;
}

/** Names that PEFT uses for a family. */
export interface PeftNames {
  /** `baseModelClass` is the class of the bare model, `library` the transformers module that contains it. */
  readonly baseModelClass: string;
  readonly library: string;
  /**
   * All names that versions of transformers give to the layer with this canonical name; the canonical name
   * comes first.
   */
  layerNames(canonical: string): readonly string[];
}

/** How the models of a family predict the next token: a product of the normed hidden states and a matrix. */
export interface LanguageModelTraits {
  /** Class of transformers, for example `GPT2LMHeadModel`. */
  readonly className: string;
  /** Canonical name of the word embeddings, which may also be the matrix (tied weights). */
  readonly words: string;
  /** Whether the matrix is the word embeddings if config.json has no `tie_word_embeddings`. */
  readonly isTied: boolean;
}

/** Fields of a config.json of transformers, without `model_type`. */
export type TransformersConfig = Readonly<Record<string, unknown>>;

/** Everything that is derived from a config of a family. */
export interface ModelDescription {
  /** Structure of the encoder: the only thing that an engine knows about the model. */
  readonly layout: EncoderLayout;
  readonly input: ModelInput;
  /** Shapes of the tensors that every model of this config has, in the order of their use. */
  tensors(): TensorShapes;
  /** Shapes of the pooler's tensors, which a model may lack. Empty for a family without a pooler. */
  poolerTensors(): TensorShapes;
  /**
   * Fields of the config.json with which transformers builds the same encoder. The embedding module is on the
   * device, so its tables have one row.
   */
  transformersConfig(): TransformersConfig;
}

/** Everything that is specific to one family of models. */
export interface ModelFamily {
  /** Hugging Face's `model_type`. */
  readonly name: string;
  /** Prefixes of the canonical names of the device part's tensors (the embedding module). */
  readonly deviceParts: readonly string[];
  readonly checkpoint: CheckpointNames;
  readonly peft: PeftNames;
  /** Undefined in families that do not predict the next token. */
  readonly languageModel: LanguageModelTraits | undefined;
  /**
   * Reads the config files of a model directory. Throws a ModelError with the file and the unsupported value.
   */
  parse(files: ConfigFiles): ModelConfig;
  /** Reads a config that was stored as JSON. Throws a ZodError when it is not a config of this family. */
  restore(value: unknown): ModelConfig;
  /** Derives layout, input and tensors from a config. Throws a TypeError for a config of another family. */
  describe(config: ModelConfig): ModelDescription;
}

/** What a family's folder states to {@link defineFamily}, typed with the family's own config. */
export interface FamilyDefinition<Config extends ModelConfig>
  extends Pick<ModelFamily, 'checkpoint' | 'peft' | 'deviceParts'> {
  readonly name: Config['family'];
  readonly languageModel?: LanguageModelTraits;
  readonly configSchema: z.ZodType<Config>;
  parse(files: ConfigFiles): Config;
  describe(config: Config): ModelDescription;
}

/**
 * Makes a family from its definition. Its `describe` accepts any `ModelConfig` and throws a TypeError for a
 * config of another family.
 */
export function defineFamily<Config extends ModelConfig>(definition: FamilyDefinition<Config>): ModelFamily {
  const { name, deviceParts, checkpoint, peft, languageModel, configSchema } = definition;
  const isOwn = (config: ModelConfig): config is Config => config.family === name;
  return {
    name,
    deviceParts,
    checkpoint,
    peft,
    languageModel,
    parse: (files) => definition.parse(files),
    restore: (value) => configSchema.parse(value),
    describe(config) {
      if (isOwn(config)) return definition.describe(config);
      throw new TypeError(`a config of family ${config.family} given to family ${name}`);
    },
  };
}
