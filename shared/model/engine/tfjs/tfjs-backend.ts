// Imported for its registrations: the gradients of all operations (the core has none) and the cpu backend.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '#shared/errors.ts';
import { registerPlainMatMulGradient } from './matmul-gradient.ts';
import { restoreRemovedNodeUtil } from './node-util.ts';

/** Backends of TensorFlow.js, fastest first: the native library, WebAssembly, plain JavaScript. */
export const TFJS_BACKENDS = ['tensorflow', 'wasm', 'cpu'] as const;

export type TfjsBackend = (typeof TFJS_BACKENDS)[number];

/** `auto` chooses the fastest backend that loads. */
export type TfjsPreference = TfjsBackend | 'auto';

/** The backend in use, and the reason why a faster one is not in use; empty when it is the fastest. */
export interface SelectedBackend {
  readonly backend: TfjsBackend;
  readonly note: string;
}

/** Loads the package that registers each backend with TensorFlow.js; throws when it is missing. */
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
    // Included in the main package.
  },
};

/** Starts a backend. Returns the reason when it does not run, else undefined. */
async function start(backend: TfjsBackend): Promise<string | undefined> {
  try {
    await LOADERS[backend]();
    return (await tf.setBackend(backend)) ? undefined : `backend ${backend} did not start`;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return /tfjs_binding\.node|@tensorflow\/tfjs-node/.test(message)
      ? 'the native TensorFlow library is not installed (in a checkout, `npm run tfjs:native` does it)'
      : `backend ${backend} did not load: ${message.split('\n', 1)[0]}`;
  }
}

/**
 * The last selection in this process. TensorFlow.js gives up the start of a backend when another start
 * begins, so a selection waits for the one before it.
 */
let lastSelection: Promise<unknown> = Promise.resolve();

/**
 * Starts TensorFlow.js on the preferred backend. TensorFlow.js has one backend per process: the last one
 * selected.
 *
 * @throws {@link ConfigError} when the preferred backend does not load, or with `auto` none loads.
 */
export function selectTfjsBackend(preference: TfjsPreference): Promise<SelectedBackend> {
  const selection = lastSelection.then(() => select(preference));
  lastSelection = selection.catch(() => {});
  return selection;
}

async function select(preference: TfjsPreference): Promise<SelectedBackend> {
  // Without this call the plain JavaScript backend prints an advertisement for the others.
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
    remedy: 'Install the missing part, or choose `auto`.',
  });
}
