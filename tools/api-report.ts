import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiReport } from './api/api-report.ts';

/** `npm run api:report`: writes the exported surface of the library. */
const ROOT = join(import.meta.dirname, '..');
const file = join(ROOT, 'library/api-report.txt');
writeFileSync(file, apiReport(ROOT));
process.stdout.write(`${file}\n`);
