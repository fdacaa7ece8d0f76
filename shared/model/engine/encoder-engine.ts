import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';

/** A mini-batch after the embedding module: what a device sends up. */
export interface EmbeddedBatch {
  /** Embedding output, [batch, tokens, hidden]. */
  readonly embeddings: Tensor;
  /** Number of real (unpadded) tokens of each sequence; positions beyond it are padding. */
  readonly lengths: Int32Array;
}

/** One forward pass, able to run backward from the gradient at its features. */
export interface ForwardPass {
  /** Features, [batch, hidden]. */
  readonly features: Tensor;
  /**
   * Bytes this pass keeps for its backward pass until it is released. Of memory that it keeps together with other passes
   * its equal share, which grows as they are released.
   */
  readonly retainedBytes: number;
  /**
   * Back-propagates the gradient at the features (same shape) into LoRA (eq. 4): the gradient of every LoRA
   * tensor, in the order and with the names of the LoRA parameters the pass was made with.
   */
  backward(featureGradient: Tensor): Promise<NamedTensors>;
  /** Frees what is kept. Must be called once, whether or not `backward` was. */
  release(): void;
}

/** A pass and the gradient at its features, [batch, hidden], that it is to run backward from. */
export interface PassGradient {
  readonly pass: ForwardPass;
  readonly featureGradient: Tensor;
}

/** Which implementation runs, on what, and why not a faster one. */
export interface EngineDescription {
  /** `onnx` or `tfjs`. */
  readonly engine: string;
  /** What executes it: `cpu`, `cuda`, `webgpu`, `tensorflow`, `wasm`. */
  readonly backend: string;
  /** Why a faster backend is not in use; empty when this is the fastest. */
  readonly note: string;
}

/**
 * The encoder on the server: frozen weights plus LoRA. Pure: the same batch and LoRA give the same bits, whatever
 * ran before. LoRA parameters are arguments, so a round's update needs no new engine.
 */
export interface EncoderEngine {
  readonly description: EngineDescription;
  /** Tokens, padding included, that fill the engine: work that waits is worth gathering up to so many, and no more. */
  readonly fillTokens: number;
  /** Runs the encoder and keeps what the backward pass needs. */
  forward(batch: EmbeddedBatch, lora: NamedTensors): Promise<ForwardPass>;
  /** Runs the encoder on several devices' batches at once, each with a pass of its own, as `forward` would give it. */
  forwardTogether(batches: readonly EmbeddedBatch[], lora: NamedTensors): Promise<readonly ForwardPass[]>;
  /**
   * Runs several of this engine's passes backward at once, each as its own `backward` would; a pass is among them once
   * at most.
   */
  backwardTogether(passes: readonly PassGradient[]): Promise<readonly NamedTensors[]>;
  /** Runs the encoder for its features alone (evaluation, prediction), [batch, hidden]. */
  infer(batch: EmbeddedBatch, lora: NamedTensors): Promise<Tensor>;
  dispose(): Promise<void>;
}
