import { GraphBuilder } from './graph/graph-builder.ts';
import type { OnnxProvider } from './onnx-providers.ts';
import { openSession } from './onnx-session.ts';

/**
 * Opens and closes the smallest of graphs on a provider.
 *
 * @throws {@link ConfigError} naming the provider, what is missing and what to do, when it cannot run here.
 */
export async function requireProvider(provider: OnnxProvider): Promise<void> {
  const graph = new GraphBuilder('probe');
  graph.output(graph.apply('Neg', [graph.input('x', [1])]), [1]);
  const session = await openSession(graph.build(), new Map(), { provider });
  await session.release();
}
