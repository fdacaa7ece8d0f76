import type * as z from 'zod';
import type { EncoderLayout } from '#shared/model/engine/encoder-layout.ts';
import type { TensorShapes } from '#shared/model/tensor-shapes.ts';
import type { ModelConfig } from './model-config.ts';
import type { ModelInput } from './model-input.ts';

/** A parsed JSON file, and what to call it in errors. */
export interface JsonFile {
  readonly value: unknown;
  readonly subject: string;
}

/** The JSON files of a Hugging Face model directory. */
export interface ConfigFiles {
  /** config.json */
  readonly config: JsonFile;
  /** preprocessor_config.json, where there is one. */
  readonly preprocessor: JsonFile | undefined;
}

/** How a checkpoint of a family names its tensors. The canonical names are those of the bare model in transformers 4. */
export interface CheckpointNames {
  /** What task models put before the names of the model inside them: `bert.`. */
  readonly prefix: string;
  /** Canonical name of a tensor that every checkpoint of the family holds. */
  readonly anchor: string;
  /** Beginnings of the canonical names; all else in a checkpoint belongs to some task's head. */
  readonly parts: readonly string[];
  /** Other names that checkpoints are known to carry, and what they are called here. */
  readonly renames: readonly (readonly [RegExp, string])[];
  /** Tensors of those parts that a forward pass does not read, by canonical name. */
  readonly unused: readonly string[];
}

/** How PEFT knows a family. */
export interface PeftNames {
  /** Class of the model without a task's head, and the module of transformers that has it. */
  readonly baseModelClass: string;
  readonly library: string;
  /** Last parts of the names that versions of transformers give the projections; without an entry as here. */
  readonly projections: Readonly<Record<string, readonly string[]>>;
  /** Names that versions of transformers give a layer of this canonical name, the canonical one first. */
  layerNames(canonical: string): readonly string[];
}

/** What a config of a family comes to. */
export interface ModelDescription {
  /** What the encoder computes: all that an engine knows of the model. */
  readonly layout: EncoderLayout;
  readonly input: ModelInput;
  /** Tensors that every model of this config has, in the order in which they are applied. */
  tensors(): TensorShapes;
  /** Tensors of the pooler, which a model may lack; empty for a family without one. */
  poolerTensors(): TensorShapes;
}

/** All that is particular about a family of models. */
export interface ModelFamily {
  /** Hugging Face's `model_type`. */
  readonly name: string;
  /** Beginnings of the canonical names of the tensors that are on the device: the embedding module's. */
  readonly deviceParts: readonly string[];
  readonly checkpoint: CheckpointNames;
  readonly peft: PeftNames;
  /** Reads the files of a model directory. Throws a ModelError naming the file and what is not supported. */
  parse(files: ConfigFiles): ModelConfig;
  /** Reads a config that was stored as JSON. Throws a ZodError when it is not one of this family. */
  restore(value: unknown): ModelConfig;
  /** Throws a TypeError for a config of another family. */
  describe(config: ModelConfig): ModelDescription;
}

/** A family as its folder states it, for its own type of config. */
export interface FamilyDefinition<Config extends ModelConfig>
  extends Pick<ModelFamily, 'checkpoint' | 'peft' | 'deviceParts'> {
  readonly name: Config['family'];
  readonly configSchema: z.ZodType<Config>;
  parse(files: ConfigFiles): Config;
  describe(config: Config): ModelDescription;
}

/** Makes a family that takes any config and refuses those of others. */
export function defineFamily<Config extends ModelConfig>(definition: FamilyDefinition<Config>): ModelFamily {
  const { name, deviceParts, checkpoint, peft, configSchema } = definition;
  const isOwn = (config: ModelConfig): config is Config => config.family === name;
  return {
    name,
    deviceParts,
    checkpoint,
    peft,
    parse: (files) => definition.parse(files),
    restore: (value) => configSchema.parse(value),
    describe(config) {
      if (isOwn(config)) return definition.describe(config);
      throw new TypeError(`a config of family ${config.family} given to family ${name}`);
    },
  };
}
