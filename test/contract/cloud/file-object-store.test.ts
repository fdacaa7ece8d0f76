import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileObjectStore } from '#shared/cloud/file/file-object-store.ts';
import { objectStoreContract } from './object-store.contract.ts';

objectStoreContract('files in a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'airtune-objects-'));
  return {
    stores: [
      await FileObjectStore.open(folder, () => 'remade'),
      await FileObjectStore.open(folder, () => 'remade'),
    ],
    stop: () => rm(folder, { recursive: true, force: true }),
  };
});
