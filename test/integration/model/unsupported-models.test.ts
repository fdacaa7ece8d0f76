import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { readAdapterFolder } from '#run/output/adapter-folder.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { pythonHas, runPython } from '#test/support/python.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';

const hasPeft = pythonHas('peft', 'transformers', 'torch', 'safetensors');

it.skipIf(!hasPeft)(
  'models and adapters that compute otherwise than here are refused, naming what differs',
  async () => {
    const folder = scratchFolder();
    runPython('bench/peft/unsupported-models.py', folder);
    const cases = z
      .record(z.string(), z.string())
      .parse(JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')));
    const { config } = await readModelDirectory(join(folder, 'base'));
    for (const [name, words] of Object.entries(cases)) {
      const path = join(folder, name);
      const reading = name.startsWith('models/') ? readModelDirectory(path) : readAdapterFolder(path, config);
      expect(await rejectedLine(reading), name).toContain(words);
    }
  },
);
