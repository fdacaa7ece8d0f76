import { AirtuneError } from '#shared/errors.ts';
import { PythonProcess } from '#shared/model/engine/torch/python-process.ts';
import type { Finding } from './finding.ts';

/** The `torch` engine: its interpreter, the versions of its packages, and the device that it would use. */
export async function torchFinding(): Promise<Finding> {
  const name = 'engine torch';
  try {
    const python = await PythonProcess.start({ provider: 'auto', deterministic: true });
    const { torch, transformers, python: version, backend, name: hardware } = python.hello;
    await python.close();
    const versions = `PyTorch ${torch}, transformers ${transformers}, Python ${version}`;
    return { name, state: 'ok', detail: `${versions}, on ${backend} (${hardware})` };
  } catch (error) {
    if (!(error instanceof AirtuneError)) throw error;
    const { subject = '', message, remedy = '' } = error;
    return { name, state: 'absent', detail: `${subject} ${message}`, remedy };
  }
}
