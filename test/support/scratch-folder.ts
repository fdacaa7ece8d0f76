import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** Makes a folder with these files; it is removed when the test ends. */
export function scratchFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const path = createFolder(files);
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Makes a folder that all tests of a file share. Call it where tests are declared. */
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
