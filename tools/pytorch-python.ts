import { findPython } from '#local/find-python.ts';
import { ensureVirtualEnvironment } from '#local/virtual-environment.ts';
import { AirtuneError, ServiceError } from '#shared/errors.ts';

/** Oldest Python, 3.x, on which the pinned packages can be installed. */
const MINIMUM_PYTHON_MINOR = 12;

/**
 * npm run test:python: installs PyTorch, transformers and PEFT (about 5 GB) into a virtual environment below
 * .cache/ if needed, and prints its interpreter, for AIRTUNE_PYTHON.
 */
try {
  const python = await findPython(MINIMUM_PYTHON_MINOR);
  if (python === undefined) {
    throw new ServiceError(`needs Python 3.${MINIMUM_PYTHON_MINOR} or newer with venv, and none was found.`, {
      subject: 'PyTorch',
      remedy: 'Install one, or name it in AIRTUNE_PYTHON.',
    });
  }
  const log = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  process.stdout.write(`${await ensureVirtualEnvironment('pytorch', python, log)}\n`);
} catch (error) {
  if (!(error instanceof AirtuneError)) throw error;
  process.stderr.write(`${error.line}\n`);
  process.exitCode = error.exitCode;
}
