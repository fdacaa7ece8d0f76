import { existsSync } from 'node:fs';
import { afterAll } from 'vitest';
import { AirtuneError } from '#shared/errors.ts';
import { PythonHost } from '#shared/model/engine/torch/python-host.ts';
import { requirement } from './requirement.ts';

/**
 * A Python process on the processor that the torch engines of a test file share, because importing PyTorch
 * takes seconds. It is closed after the tests. Undefined, after a notice, where no PyTorch is installed.
 */
export async function torchHost(deterministic = true): Promise<PythonHost | undefined> {
  const host = new PythonHost({ provider: 'cpu', threads: 1, deterministic });
  try {
    await host.running();
  } catch (error) {
    if (!(error instanceof AirtuneError)) throw error;
    requirement('the torch engine', `${error.line} npm run test:python installs it and prints its path.`);
    return undefined;
  }
  afterAll(() => host.close());
  return host;
}

/** Where the kernel shows that there is a card with CUDA. */
const CARD = '/dev/nvidiactl';

/**
 * The same on the machine's card with CUDA. Undefined, after a notice, where there is none: PyTorch or the
 * card.
 */
export async function torchCardHost(): Promise<PythonHost | undefined> {
  if (!existsSync(CARD)) {
    process.stderr.write('skipped: the torch engine on a card: this machine has no card with CUDA\n');
    return undefined;
  }
  const host = new PythonHost({ provider: 'cuda', deterministic: true });
  await host.running();
  afterAll(() => host.close());
  return host;
}
