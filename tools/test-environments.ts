import { findPython } from '#local/find-python.ts';
import { ensureVirtualEnvironment } from '#local/virtual-environment.ts';
import { AirtuneError, ServiceError } from '#shared/errors.ts';

/** The oldest Python, 3.x, that all pinned packages install on. */
const MINIMUM_PYTHON_MINOR = 12;

/**
 * npm run test:python: installs PyTorch with transformers and PEFT (about 5 GB), MiniStack, LocalStack, the
 * linters of templates, the readers of exports (pandas, TensorBoard, MLflow; about 1 GB), and Gymnasium below
 * .cache/ if needed, each into a virtual environment, and prints the interpreter of the first for
 * AIRTUNE_PYTHON. Tests with this AIRTUNE_PYTHON use the same other environments, so no test waits for an
 * installation.
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
  const command = await ensureVirtualEnvironment('pytorch', python, log);
  for (const name of ['ministack', 'localstack', 'linters', 'export', 'notebook', 'gymnasium']) {
    await ensureVirtualEnvironment(name, { command, version: python.version }, log);
  }
  process.stdout.write(`${command}\n`);
} catch (error) {
  if (!(error instanceof AirtuneError)) throw error;
  process.stderr.write(`${error.line}\n`);
  process.exitCode = error.exitCode;
}
