import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import { objectStoreContract } from './object-store.contract.ts';

objectStoreContract('in memory', async () => {
  const store = new MemoryObjectStore();
  return { stores: [store, store], stop: async () => {} };
});
