import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contentHash } from '#shared/plugins/content-hash.ts';
import { isPluginReference } from '#shared/plugins/plugin-reference.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';

function hashOf(reference: string): Promise<string> {
  if (!isPluginReference(reference)) throw new Error(`${reference} is no reference.`);
  return contentHash(reference, 'policy mine');
}

const MODULE = "import { half } from './parts/half.ts';\nexport default half;\n";

const ENTRY = '../mine.ts';

function folderWithModule(): string {
  const folder = scratchFolder({ 'mine.ts': MODULE, 'beside.ts': 'export {};\n' });
  mkdirSync(join(folder, 'parts'));
  // The import of the entry closes a circle.
  writeFileSync(join(folder, 'parts', 'half.ts'), `import '${ENTRY}';\nexport const half = 0.5;\n`);
  return folder;
}

describe("a plug-in's hash", () => {
  test('is the same in another folder', async () => {
    const folder = folderWithModule();
    const copy = join(scratchFolder(), 'copy');
    cpSync(folder, copy, { recursive: true });
    expect(await hashOf(join(copy, 'mine.ts'))).toBe(await hashOf(join(folder, 'mine.ts')));
  });

  test('changes with a file that it imports, and with no other', async () => {
    const folder = folderWithModule();
    const before = await hashOf(join(folder, 'mine.ts'));
    writeFileSync(join(folder, 'beside.ts'), 'export const changed = 1;\n');
    expect(await hashOf(join(folder, 'mine.ts'))).toBe(before);
    writeFileSync(join(folder, 'parts', 'half.ts'), 'export const half = 0.6;\n');
    expect(await hashOf(join(folder, 'mine.ts'))).not.toBe(before);
  });

  test('of a command is that of its files', async () => {
    const folder = scratchFolder({ 'mine.py': 'print(1)\n' });
    const before = await hashOf(`python ${join(folder, 'mine.py')}`);
    expect(await hashOf(`python3 ${join(folder, 'mine.py')} --fast`)).toBe(before);
    writeFileSync(join(folder, 'mine.py'), 'print(2)\n');
    expect(await hashOf(`python ${join(folder, 'mine.py')}`)).not.toBe(before);
  });

  test('needs the file', async () => {
    expect(await rejectedLine(hashOf('/nowhere/mine.ts'))).toBe(
      'policy mine: there is no file /nowhere/mine.ts. Check the path.',
    );
  });
});
