/**
 * Writes the quick start's synthetic data set: `node quickstart/generate-data.ts [directory]`. See README.md.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { REVIEWS, reviewFiles } from './synthetic/review-rows.ts';

const directory = resolve(process.argv[2] ?? join(import.meta.dirname, 'data'));
mkdirSync(directory, { recursive: true });
for (const [name, text] of Object.entries(reviewFiles(REVIEWS))) {
  writeFileSync(join(directory, name), text);
  process.stdout.write(`${join(directory, name)}: ${text.split('\n').length - 2} rows\n`);
}
