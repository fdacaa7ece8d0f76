import { ConfigError } from '#shared/errors.ts';

/**
 * Imports the `onnx` engine, and with it ONNX Runtime's native library.
 *
 * @throws ConfigError when this system's library is not installed; a package holds those of some systems
 */
export async function loadOnnxEngine() {
  try {
    return await import('./onnx-engine.ts');
  } catch (cause) {
    if (!(cause instanceof Error && cause.message.includes('onnxruntime_binding.node'))) throw cause;
    throw new ConfigError(`has no library for ${process.platform}-${process.arch} here.`, {
      subject: 'ONNX Runtime',
      remedy: 'Use --engine tfjs, or a package of airtune that was built for this system.',
      cause,
    });
  }
}
