import type { InferenceSession } from 'onnxruntime-node';
import { END_OF_OUTPUTS } from '#shared/model/engine/onnx/format/end-of-outputs.ts';
import type { Feeds } from './onnx-session.ts';

/** onnxruntime-node's error for an output that it cannot convert to JavaScript. */
const NOT_SUPPORTED = 'Non tensor type is temporarily not supported.';

/**
 * Runs a graph that begins its outputs with `addEndOfOutputs` and writes the other outputs into the memory
 * given.
 *
 * After a run, onnxruntime-node copies each output into a new buffer of its result, although the graph has
 * already written it into the memory given. For a forward pass that copies hundreds of megabytes and takes a
 * fifth of the time. It converts outputs in order and fails at the first one that is not a tensor. That
 * output is first here, so the run fails after all outputs are written and before any is copied. A future
 * version that returns such outputs, or copies none, changes only the time.
 */
export async function runUncopied(session: InferenceSession, feeds: Feeds, outputs: Feeds): Promise<void> {
  try {
    await session.run(feeds, { [END_OF_OUTPUTS]: null, ...outputs });
  } catch (error) {
    if (!(error instanceof Error && error.message === NOT_SUPPORTED)) throw error;
  }
}
