import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PartResult, parsePartResult } from './figures.ts';

/** Path of a result: a folder for each processor and number of cores, a file for each part. */
export function resultPath(folder: string, { part, machine: { processor, cores } }: PartResult): string {
  const name = `${processor} ${cores} cores`
    .toLowerCase()
    .replaceAll('(r)', '')
    .replace(/[^a-z0-9]+/g, '-');
  return join(folder, name, `${part}.json`);
}

/** The stored results of a part, one for each kind of machine, in the order of the folders' names. */
export function readResults(folder: string, part: string): readonly PartResult[] {
  return readdirSync(folder)
    .sort()
    .map((machine) => join(folder, machine, `${part}.json`))
    .filter((path) => existsSync(path))
    .map((path) => parsePartResult(readFileSync(path, 'utf8')));
}
