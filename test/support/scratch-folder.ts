import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** A folder with these files, gone when the test is over. */
export function scratchFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const path = createFolder(files);
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A folder that all tests of a file share; to be called where tests are declared. */
export function sharedScratchFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const path = createFolder(files);
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function createFolder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = mkdtempSync(join(tmpdir(), 'airtune-test-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}
