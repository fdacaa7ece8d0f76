import { afterEach, describe, expect, it, vi } from 'vitest';
import { findPython } from '#local/find-python.ts';
import { ConfigError } from '#shared/errors.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the search for a Python', () => {
  it('finds none where there is none', async () => {
    for (const [name, value] of [
      ['PATH', '/nowhere'],
      ['PYENV_ROOT', '/nowhere'],
      ['AIRTUNE_PYTHON', ''],
    ] as const) {
      vi.stubEnv(name, value);
    }
    expect(await findPython(10)).toBeUndefined();
  });

  it('uses the interpreter in AIRTUNE_PYTHON, or reports its fault', async () => {
    vi.stubEnv('AIRTUNE_PYTHON', process.execPath);
    await expect(findPython(10)).rejects.toThrow(ConfigError);
    await expect(findPython(10)).rejects.toThrow('is not a Python 3.10 or newer');
  });

  it('finds none that is as new as asked for, when that is yet to come', async () => {
    vi.stubEnv('AIRTUNE_PYTHON', '');
    expect(await findPython(999)).toBeUndefined();
  });
});
