import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineReader } from 'airtune/plugins';

/** A folder for each class with a text file for each example, below `train` and `test`, as IMDB has them. */
export default defineReader({
  interfaceVersion: 1,
  name: 'text-folders',
  settings: (zod) => zod.object({ classes: zod.array(zod.string()).default(['neg', 'pos']) }),
  async *read({ directory }, { classes }) {
    for (const split of ['train', 'test']) {
      for (const label of classes) {
        const folder = join(directory, split, label);
        for (const name of (await readdir(folder)).sort()) {
          const text = await readFile(join(folder, name), 'utf8');
          yield { text, label, split, source: join(split, label, name) };
        }
      }
    }
  },
});
