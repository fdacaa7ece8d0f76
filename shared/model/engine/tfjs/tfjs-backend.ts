// The package itself, for what it registers: gradients of all operations (the core has none) and the cpu backend.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '#shared/errors.ts';
import { registerPlainMatMulGradient } from './matmul-gradient.ts';
import { restoreRemovedNodeUtil } from './node-util.ts';

/** What runs TensorFlow.js: the native library, WebAssembly, or plain JavaScript; fastest first. */
export const TFJS_BACKENDS = ['tensorflow', 'wasm', 'cpu'] as const;

export type TfjsBackend = (typeof TFJS_BACKENDS)[number];

/** `auto` takes the fastest backend that loads. */
export type TfjsPreference = TfjsBackend | 'auto';

/** The backend in use, and why no faster one is; empty when there is none faster. */
export interface SelectedBackend {
  readonly backend: TfjsBackend;
  readonly note: string;
}

/** Loads what registers each backend with TensorFlow.js; throws when it is not there. */
const LOADERS: Readonly<Record<TfjsBackend, () => Promise<void>>> = {
  tensorflow: async () => {
    restoreRemovedNodeUtil();
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    await import('@tensorflow/tfjs-node');
  },
  wasm: async () => {
    await import('@tensorflow/tfjs-backend-wasm');
    registerPlainMatMulGradient();
  },
  cpu: async () => {
    // Comes with the package itself.
  },
};

/** Starts a backend. Returns why it does not run, or undefined when it does. */
async function start(backend: TfjsBackend): Promise<string | undefined> {
  try {
    await LOADERS[backend]();
    return (await tf.setBackend(backend)) ? undefined : `backend ${backend} did not start`;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.includes('tfjs_binding.node')
      ? 'the native TensorFlow library is not installed (`npm run tfjs:native` does it)'
      : `backend ${backend} did not load: ${message.split('\n', 1)[0]}`;
  }
}

/**
 * Starts TensorFlow.js on the preferred backend. TensorFlow.js has one backend per process: the last one selected.
 *
 * @throws {@link ConfigError} when the preferred backend, or with `auto` any, does not load.
 */
export async function selectTfjsBackend(preference: TfjsPreference): Promise<SelectedBackend> {
  // Without this the plain JavaScript backend prints an advertisement for the others.
  tf.enableProdMode();
  const candidates = preference === 'auto' ? TFJS_BACKENDS : [preference];
  const reasons: string[] = [];
  for (const backend of candidates) {
    const reason = await start(backend);
    if (reason === undefined) return { backend, note: reasons.join('; ') };
    reasons.push(reason);
  }
  throw new ConfigError(`cannot run here: ${reasons.join('; ')}.`, {
    subject: `TensorFlow.js backend ${preference}`,
    remedy: 'Install what is missing, or choose `auto`.',
  });
}
