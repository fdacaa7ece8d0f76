import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePageScript } from './bundle-page-script.ts';

/** `node report/script/build.ts FOLDER`: writes browser-script.js into the folder, for a package. */
const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write('usage: node report/script/build.ts FOLDER\n');
  process.exitCode = 2;
} else {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'browser-script.js'), await bundlePageScript());
}
