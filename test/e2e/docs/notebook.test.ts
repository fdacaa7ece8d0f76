import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPython } from '#local/find-python.ts';
import { ensureVirtualEnvironment } from '#local/virtual-environment.ts';
import { airtuneProcess } from '#test/support/airtune-process.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const NOTEBOOK = join(import.meta.dirname, '../../../examples/notebook.ipynb');

/** The same as in tools/test-environments.ts. */
const MINIMUM_PYTHON_MINOR = 12;

/** Executes a notebook in the working folder; prints what its cells show as text, as a JSON list. */
const EXECUTE = `
import json, sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
print(json.dumps([output["data"].get("text/plain", "") for output in outputs if "data" in output]))
`;

test.runIf(fullRunOnly('the notebook'))('the notebook reads a run and a study with pandas', async () => {
  const python = await findPython(MINIMUM_PYTHON_MINOR);
  if (python === undefined)
    throw new Error(`no Python 3.${MINIMUM_PYTHON_MINOR} or newer with venv was found`);
  const folder = scratchFolder();
  const inputs = [
    ['run', '--rounds', '4', '--out', 'first'],
    [
      ...['study', '--devices', '20', '--rounds', '3', '--policy', 'exact,greedy', '--repeat', '2'],
      ...['--sweep', 'channel.bandwidthHz=20e6,40e6', '--out', 'bands'],
    ],
  ];
  for (const args of inputs) expect((await airtuneProcess(args, { cwd: folder })).exitCode).toBe(0);
  const interpreter = await ensureVirtualEnvironment('notebook', python, () => {});
  const shown: readonly string[] = JSON.parse(
    execFileSync(interpreter, ['-c', EXECUTE, NOTEBOOK], { cwd: folder, encoding: 'utf8' }),
  );
  const text = shown.join('\n');
  expect(text).toMatch(/trainLoss +trainAccuracy +delaySeconds/);
  expect(text).toMatch(/mean delay \[s\] +budget \[s\]/);
  expect(text).toMatch(/scheduling\.policy +channel\.bandwidthHz/);
  expect(shown.filter((output) => output.includes('Figure size'))).toHaveLength(2);
});
