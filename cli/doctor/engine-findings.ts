import { AirtuneError } from '#shared/errors.ts';
import { loadOnnxEngine } from '#shared/model/engine/onnx/load-onnx-engine.ts';
import type { Finding } from './finding.ts';

/** The `onnx` engine and its providers on this machine. */
export async function onnxFinding(): Promise<Finding> {
  const name = 'engine onnx';
  try {
    await loadOnnxEngine();
    const { listSupportedBackends, env } = await import('onnxruntime-node');
    const providers = listSupportedBackends()
      .filter(({ bundled }) => bundled)
      .map((backend) => backend.name);
    return { name, state: 'ok', detail: `ONNX Runtime ${env.versions.common}: ${providers.join(', ')}` };
  } catch (error) {
    if (error instanceof AirtuneError) {
      const { subject = '', message, remedy = '' } = error;
      return { name, state: 'absent', detail: `${subject} ${message}`, remedy };
    }
    const remedy = 'Install airtune again; --engine tfjs works without it.';
    return { name, state: 'absent', detail: firstLine(error), remedy };
  }
}

/** The `tfjs` engine, the backend it would use, and why a faster one is not available. */
export async function tfjsFinding(): Promise<Finding> {
  const name = 'engine tfjs';
  try {
    const { selectTfjsBackend } = await import('#shared/model/engine/tfjs/tfjs-backend.ts');
    const { backend, note } = await selectTfjsBackend('auto');
    const detail = `TensorFlow.js on ${backend}${note === '' ? '' : ` (${note})`}`;
    if (backend === 'tensorflow') return { name, state: 'ok', detail };
    return {
      name,
      state: 'ok',
      detail,
      remedy: "For TensorFlow's native library, in a checkout: npm run tfjs:native",
    };
  } catch (error) {
    return { name, state: 'broken', detail: firstLine(error), remedy: 'Install airtune again.' };
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
}
