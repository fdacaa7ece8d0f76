import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Hashes of an output folder's adapter and heads by file name, those of the best state included. Two runs of
 * one seed have equal hashes.
 */
export function trainedFiles(outputFolder: string): Readonly<Record<string, string>> {
  const best = existsSync(join(outputFolder, 'best')) ? ['best/adapter', 'best/heads'] : [];
  return hashesOf(outputFolder, ['adapter', 'heads', ...best]);
}

/** The same without the best state, which depends on the rounds of the tests. */
export function lastTrainedFiles(outputFolder: string): Readonly<Record<string, string>> {
  return hashesOf(outputFolder, ['adapter', 'heads']);
}

function hashesOf(outputFolder: string, parts: readonly string[]): Readonly<Record<string, string>> {
  const entries = parts.flatMap((part) =>
    readdirSync(join(outputFolder, part))
      .sort()
      .map((name): [string, string] => {
        const bytes = readFileSync(join(outputFolder, part, name));
        return [`${part}/${name}`, createHash('sha256').update(bytes).digest('hex')];
      }),
  );
  return Object.fromEntries(entries);
}
