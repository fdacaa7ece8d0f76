/**
 * A process that writes objects into a folder, for tests of concurrent processes. `race FOLDER`: on request
 * tries to create 200 objects, and prints those that it created. `write FOLDER`: replaces objects until it is
 * killed; prints a line when it has started.
 */
import { FileObjectStore } from '#shared/cloud/file/file-object-store.ts';

const [task = '', folder = ''] = process.argv.slice(2);
const store = await FileObjectStore.open(folder, () => 'remade');

if (task === 'race') {
  process.once('message', async () => {
    const won: number[] = [];
    for (let key = 0; key < 200; key++) {
      if (await store.putIfAbsent(`key-${key}`, Buffer.from(String(process.pid)))) won.push(key);
    }
    process.send?.(won, () => process.disconnect());
  });
  process.send?.('ready');
} else {
  for (let version = 0; ; version++) {
    await Promise.all(
      [0, 1, 2, 3].map((key) => store.put(`key-${key}`, new Uint8Array(300_000).fill(version))),
    );
    if (version === 10) process.send?.('at work');
  }
}
