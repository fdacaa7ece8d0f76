import { parseArgs } from 'node:util';
import { median } from '#bench/median.ts';
import { PythonProcess } from '#shared/model/engine/torch/python-process.ts';

// Time for a tensor to reach the torch engine's process and for an empty reply to come back, through shared
// memory and through the pipes, in turns. Prints medians [ms]. AIRTUNE_PYTHON names a Python with PyTorch.
//
//  node bench/encoder/transfer-times.ts [--megabytes 1,6,50] [--turns 15]

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1,6,50' },
    turns: { type: 'string', default: '15' },
  },
});

const options = { provider: 'cpu', deterministic: true } as const;
const ways = [
  { name: 'shared memory', process: await PythonProcess.start(options), times: [] as number[] },
  {
    name: 'pipes',
    process: await PythonProcess.start({ ...options, sharesMemory: false }),
    times: [] as number[],
  },
];

for (const megabytes of values.megabytes.split(',').map(Number)) {
  const data = new Float32Array((megabytes * 1e6) / Float32Array.BYTES_PER_ELEMENT).fill(1);
  const tensors = new Map([['values', { shape: [data.length], data }]]);
  for (const way of ways) way.times = [];
  for (let turn = 0; turn <= Number(values.turns); turn++) {
    for (const { process, times } of ways) {
      const startMs = performance.now();
      await process.ask({ call: 'release', passes: [] }, tensors);
      // The first turn takes memory from the system.
      if (turn > 0) times.push(performance.now() - startMs);
    }
  }
  for (const { name, times } of ways) {
    console.log(`${String(megabytes).padStart(4)} MB  ${name.padEnd(13)} ${median(times).toFixed(1)} ms`);
  }
}
for (const { process } of ways) await process.close();
