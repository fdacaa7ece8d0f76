import type { GraphBuilder } from './graph-builder.ts';
import { SEQUENCE } from './onnx-model.ts';

/** Name of the output that is not a tensor. */
export const END_OF_OUTPUTS = 'end-of-outputs';

/**
 * Adds an output that is not a tensor, an empty sequence, before any other output of the graph. It lets a
 * session run without copying outputs, see `runUncopied` in session/uncopied-outputs.ts.
 */
export function addEndOfOutputs(graph: GraphBuilder): void {
  graph.output(graph.apply('SequenceEmpty', [], {}, END_OF_OUTPUTS), SEQUENCE);
}
