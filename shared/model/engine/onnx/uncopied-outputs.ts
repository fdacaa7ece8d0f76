import type { InferenceSession } from 'onnxruntime-node';
import type { GraphBuilder } from './graph/graph-builder.ts';
import { SEQUENCE } from './graph/onnx-model.ts';
import type { Feeds } from './onnx-session.ts';

/** Name of the output that ends the reporting of outputs. */
const END = 'end-of-outputs';

/** What onnxruntime-node says of an output that it cannot hand to JavaScript. */
const NOT_SUPPORTED = 'Non tensor type is temporarily not supported.';

/**
 * Gives a graph, before any other output, one that is no tensor: an empty sequence. See {@link runUncopied}.
 */
export function endOutputs(graph: GraphBuilder): void {
  graph.output(graph.apply('SequenceEmpty', [], {}, END), SEQUENCE);
}

/**
 * Runs a graph that {@link endOutputs} prepared and leaves its outputs in the memory given, and nowhere else.
 *
 * The graph writes into that memory in any case. But onnxruntime-node then copies every output once more, into a new
 * buffer for its result: for a forward pass hundreds of megabytes that nobody reads, and a fifth of its time. It
 * does so output by output and stops at the first one that is no tensor, when all have long been written.
 * Should it come to return such outputs, or to copy none, nothing here changes but the time.
 */
export async function runUncopied(session: InferenceSession, feeds: Feeds, outputs: Feeds): Promise<void> {
  try {
    await session.run(feeds, { [END]: null, ...outputs });
  } catch (error) {
    if (!(error instanceof Error && error.message === NOT_SUPPORTED)) throw error;
  }
}
