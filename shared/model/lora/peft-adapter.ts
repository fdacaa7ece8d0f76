import type { NamedTensors } from '#shared/model/tensor.ts';
import type { LoraSettings } from './settings.ts';

/** The two files of an adapter folder as PEFT saves and loads it, by file name. */
export interface PeftFiles {
  readonly 'adapter_config.json': Uint8Array;
  readonly 'adapter_model.safetensors': Uint8Array;
}

/** An adapter: the LoRA settings, and the LoRA tensors in their fixed order. */
export interface LoraAdapter {
  readonly settings: LoraSettings;
  readonly tensors: NamedTensors;
  /**
   * A task head that was trained and saved with LoRA, under its names in the task model. Runs save the output
   * matrix of a language model, `lm_head.weight`, if their devices train it.
   */
  readonly savedHead?: NamedTensors;
  /** A language model's final norm that was trained and saved with LoRA, by its canonical names. */
  readonly savedNorm?: NamedTensors;
}
