import { existsSync } from 'node:fs';
import { afterAll } from 'vitest';
import { AirtuneError } from '#shared/errors.ts';
import { PythonHost } from '#shared/model/engine/torch/python-host.ts';
import { requirement } from './requirement.ts';

/**
 * A Python process on the processor that the torch engines of a test file share, because importing PyTorch
 * takes seconds. It is closed after the tests. Undefined, after a notice, where no PyTorch is installed.
 */
export function torchHost(): Promise<PythonHost | undefined> {
  const host = new PythonHost({ provider: 'cpu', threads: 1, deterministic: true });
  return startedHost(host, (line) => {
    requirement('the torch engine', `${line} npm run test:python installs it and prints its path.`);
  });
}

/** Where Linux shows that there is a card with CUDA: quicker than to start PyTorch, which takes seconds. */
const CARD = '/dev/nvidiactl';

/** The same on the machine's card with CUDA. Undefined, after a notice, without card or PyTorch. */
export async function torchCardHost(): Promise<PythonHost | undefined> {
  const skip = (reason: string): void => {
    process.stderr.write(`skipped: the torch engine on a card: ${reason}\n`);
  };
  if (existsSync(CARD)) return startedHost(new PythonHost({ provider: 'cuda', deterministic: true }), skip);
  skip('this machine has no card with CUDA');
  return undefined;
}

/** The host once its process runs; undefined, after `onMissing` with the reason, if it cannot run. */
async function startedHost(
  host: PythonHost,
  onMissing: (line: string) => void,
): Promise<PythonHost | undefined> {
  try {
    await host.running();
  } catch (error) {
    if (!(error instanceof AirtuneError)) throw error;
    onMissing(error.line);
    return undefined;
  }
  afterAll(() => host.close());
  return host;
}
