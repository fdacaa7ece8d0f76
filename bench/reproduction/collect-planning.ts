import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planningResultSchema } from '#shared/protocol/planning-result.ts';
import { PLANNING_TABLE } from './panels.ts';

/**
 * Copies the planning times of figure 6 into docs/reproduction/.
 *
 *     npx airtune experiment --preset figure-6 --out FOLDER
 *     npx node bench/reproduction/collect-planning.ts FOLDER
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the output folder of airtune experiment --preset figure-6.');
const result = planningResultSchema.parse(JSON.parse(readFileSync(join(folder, 'planning.json'), 'utf8')));
const path = join(import.meta.dirname, `../../docs/reproduction/${PLANNING_TABLE}.json`);
writeFileSync(path, `${JSON.stringify(result, null, 1)}\n`);
console.log(`${result.cells.length} cells in docs/reproduction/${PLANNING_TABLE}.json`);
