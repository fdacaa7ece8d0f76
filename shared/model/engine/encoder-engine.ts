import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';

/** A mini-batch after the embedding module: the payload that a device sends to the encoder. */
export interface EmbeddedBatch {
  /** Embedding output, [batch, tokens, hidden]. */
  readonly embeddings: Tensor;
  /** Number of real (unpadded) tokens of each sequence; positions beyond it are padding. */
  readonly lengths: Int32Array;
}

/** The result of one forward pass. It can be run backward from the gradient at its features. */
export interface ForwardPass {
  /** Features, [batch, hidden]; of kind `tokens`, [tokens of all sequences, hidden] without padding. */
  readonly features: Tensor;
  /**
   * Bytes that this pass keeps for its backward pass until it is released. Where passes share memory, this is
   * the pass's equal share; it grows as other passes are released.
   */
  readonly retainedBytes: number;
  /**
   * Back-propagates the feature gradient to LoRA (eq. 4).
   *
   * @param featureGradient Gradient at the features, of their shape.
   * @returns The gradient of every LoRA tensor, with the names and in the order of the LoRA parameters of the
   *   forward pass.
   */
  backward(featureGradient: Tensor): Promise<NamedTensors>;
  /**
   * Frees the memory that the pass keeps. Must be called exactly once, whether or not `backward` was called.
   */
  release(): void;
}

/** A forward pass and the feature gradient, of the shape of its features, from which it runs backward. */
export interface PassGradient {
  readonly pass: ForwardPass;
  readonly featureGradient: Tensor;
}

/** The implementation in use, its backend, and the reason why a faster one is not in use. */
export interface EngineDescription {
  /** `onnx`, `tfjs` or `torch`. */
  readonly engine: string;
  /** Backend of the engine, e.g. `cpu`, `cuda`, `tensorflow`, `wasm`. */
  readonly backend: string;
  /** Reason why a faster backend is not in use; empty when this is the fastest. */
  readonly note: string;
}

/** The note of an engine that could run waiting batches as one, and does not. */
export const NOT_JOINED =
  'batches of several devices run one by one, so that none changes a bit of another (server.deterministic=false joins them)';

/**
 * The encoder on the server: frozen weights plus LoRA. Pure: the same batch and LoRA give the same bits,
 * independent of earlier calls. LoRA parameters are arguments, so an engine is not made anew when a round
 * updates them.
 */
export interface EncoderEngine {
  readonly description: EngineDescription;
  /**
   * Tokens, padding included, that use the engine fully. Waiting batches are worth gathering up to this
   * number, but not beyond it.
   */
  readonly fillTokens: number;
  /** Runs the encoder and keeps the activations that the backward pass needs. */
  forward(batch: EmbeddedBatch, lora: NamedTensors): Promise<ForwardPass>;
  /**
   * Runs the encoder on several devices' batches in one call. Each batch gets its own pass with the result of
   * `forward`.
   */
  forwardBatched(batches: readonly EmbeddedBatch[], lora: NamedTensors): Promise<readonly ForwardPass[]>;
  /**
   * Runs several passes of this engine backward in one call; each result is that of the pass's own
   * `backward`. A pass may occur only once.
   */
  backwardBatched(passes: readonly PassGradient[]): Promise<readonly NamedTensors[]>;
  /**
   * Runs the encoder without keeping activations (evaluation, prediction). Returns the features.
   */
  infer(batch: EmbeddedBatch, lora: NamedTensors): Promise<Tensor>;
  dispose(): Promise<void>;
}
