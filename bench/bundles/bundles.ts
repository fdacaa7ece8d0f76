/**
 * Measures the deployed functions' sizes and their import times in a fresh Node process (wall time and
 * processor time), compared with an empty module.
 *
 *     node bench/bundles/bundles.ts
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployedBundles } from './deployed-bundles.ts';

const REPETITIONS = 11;
const ADDRESS = 'http://127.0.0.1:9/000000000000/queue';
/** Environment of the import. Names are enough, because connections are opened at the first use. */
const ENVIRONMENT = {
  PATH: process.env.PATH,
  AWS_REGION: 'us-east-1',
  AIRTUNE_BUCKET: 'bucket',
  AIRTUNE_SCHEDULER_QUEUE_URL: ADDRESS,
  AIRTUNE_DEVICE_QUEUE_URL: ADDRESS,
  AIRTUNE_ENCODER_QUEUE_URL: ADDRESS,
  AIRTUNE_ENCODER_CONTROL_QUEUE_URL: ADDRESS,
  AIRTUNE_SCHEDULER_DEAD_LETTERS_URL: ADDRESS,
  AIRTUNE_DEVICE_DEAD_LETTERS_URL: ADDRESS,
  AIRTUNE_ENCODER_DEAD_LETTERS_URL: ADDRESS,
  AIRTUNE_ENCODER_CONTROL_DEAD_LETTERS_URL: ADDRESS,
};

interface ImportTime {
  readonly clockMs: number;
  readonly processorMs: number;
}

/** Median times over fresh processes, with source maps as in a deployment. */
function importTime(file: string): string {
  const script =
    `const cpu = process.cpuUsage(), began = performance.now(); require(${JSON.stringify(file)}); ` +
    'const clockMs = performance.now() - began, { user, system } = process.cpuUsage(cpu); ' +
    'process.stdout.write(JSON.stringify({ clockMs, processorMs: (user + system) / 1000 })); process.exit();';
  const times = Array.from({ length: REPETITIONS }, (): ImportTime => {
    const flags = ['--enable-source-maps', '--no-deprecation', '-e', script];
    return JSON.parse(execFileSync(process.execPath, flags, { env: ENVIRONMENT, encoding: 'utf8' }));
  });
  const median = (of: (time: ImportTime) => number): string =>
    (times.map(of).sort((left, right) => left - right)[Math.floor(REPETITIONS / 2)] ?? Number.NaN).toFixed(1);
  return `${median(({ clockMs }) => clockMs)} ms, ${median(({ processorMs }) => processorMs)} ms of the processor`;
}

const { folder, bundles } = deployedBundles();
try {
  const empty = join(folder, 'empty.cjs');
  writeFileSync(empty, '');
  console.log(`an empty module: imported in ${importTime(empty)} (medians of ${REPETITIONS})`);
  for (const bundle of bundles) {
    console.log(`${bundle.name}: imported in ${importTime(join(bundle.folder, 'index.js'))}`);
    for (const [file, { bytes, zippedBytes }] of Object.entries(bundle.files)) {
      console.log(`  ${file.padEnd(14)} ${kilobytes(bytes)}  zipped ${kilobytes(zippedBytes)}`);
    }
    console.log(`  ${'all'.padEnd(14)} ${' '.repeat(10)}  zipped ${kilobytes(bundle.zippedBytes)}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0).padStart(7)} kB`;
}
