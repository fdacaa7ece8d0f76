import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { executeRun } from '#run/execute/execute-run.ts';
import { openEmbeddedHost } from '#run/hosts/embedded-host.ts';
import { RunOutput } from '#run/output/run-output.ts';
import { AirtuneError, InterruptedError } from '#shared/errors.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { inputCount } from '#test/support/input-count.ts';
import { scratchFolder, sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

/** Number of damaged folders to resume; AIRTUNE_DAMAGE_SEED tries only the folder of that seed. */
const SEEDS = Number(process.env.AIRTUNE_DAMAGE_SEEDS ?? inputCount(40));
const ONLY = process.env.AIRTUNE_DAMAGE_SEED;
const seeds = ONLY === undefined ? Array.from({ length: SEEDS }, (_, index) => index + 1) : [Number(ONLY)];

const ROUNDS = 6;
const config = tinyConfig(sharedScratchFolder(tinyModelAndData()), {
  training: { devices: 3, rounds: ROUNDS, batchSize: 2, evaluateEvery: 2, graceSeconds: 36_000 },
});
const folders = sharedScratchFolder();

/** Does a run in a folder, or resumes the run in it; stops after the given number of rounds. */
async function run(folder: string, isNew: boolean, stopAfter = Number.POSITIVE_INFINITY): Promise<string> {
  const output = await (isNew ? RunOutput.create(folder) : RunOutput.reopen(folder));
  const host = await openEmbeddedHost(output.stateDirectory, cloudParameters.parse({}));
  const stopping = new AbortController();
  let shown = '';
  let rounds = 0;
  const note = (line: string): void => {
    shown += `${line}\n`;
  };
  try {
    await executeRun({
      host,
      run: 'run',
      start: isNew ? { kind: 'new', config } : { kind: 'resumed', model: undefined, data: undefined },
      output,
      environment: process.env,
      progress: {
        note,
        activity: () => {},
        begin: () => {},
        round({ round }) {
          note(`round ${round}`);
          rounds += 1;
          if (rounds >= stopAfter) stopping.abort();
        },
        end: () => {},
      },
      signal: stopping.signal,
      listener: () => {},
    });
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
  } finally {
    await host.close();
    await output.release();
  }
  return shown;
}

/** Paths of all objects in a state folder, in a fixed order. */
function objectsOf(folder: string): readonly string[] {
  return readdirSync(join(folder, 'state'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, 'state', name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

let expected: Readonly<Record<string, string>>;
beforeAll(async () => {
  await run(join(folders, 'whole'), true);
  expected = trainedFiles(join(folders, 'whole'));
  await run(join(folders, 'stopped'), true, 3);
});

/** A copy of the folder of the finished or the stopped run. */
function copyOf(name: 'whole' | 'stopped'): string {
  const copy = scratchFolder();
  cpSync(join(folders, name), copy, { recursive: true });
  return copy;
}

describe('a run that is resumed with damaged objects', () => {
  it('is whole to begin with', async () => {
    const folder = copyOf('stopped');
    expect(await run(folder, false)).not.toContain('warning');
    expect(trainedFiles(folder)).toEqual(expected);
  });

  it.each(seeds)('ends in the same bytes, or names what is damaged in one line: seed %i', async (seed) => {
    const random = randomStream(seed, 'fault', 3);
    const folder = copyOf(seed % 2 === 0 ? 'whole' : 'stopped');
    const objects = objectsOf(folder);
    const damaged = Array.from(
      { length: 1 + random.integer(3) },
      () => objects[random.integer(objects.length)],
    );
    for (const path of damaged) {
      const bytes = readFileSync(path);
      switch (random.integer(4)) {
        case 0:
          writeFileSync(path, '');
          break;
        case 1:
          writeFileSync(path, bytes.subarray(0, random.integer(bytes.length)));
          break;
        case 2:
          rmSync(path, { force: true });
          writeFileSync(path, Buffer.alloc(bytes.length));
          break;
        default:
          bytes[random.integer(bytes.length)] ^= 1 << random.integer(8);
          writeFileSync(path, bytes);
      }
    }
    const said = damaged.map((path) => relative(folder, path)).join(', ');
    try {
      const shown = await run(folder, false);
      expect(shown, said).toMatch(/warning: .*damaged/);
      expect(
        damaged.some((path) => shown.includes(path)),
        said,
      ).toBe(true);
      expect(trainedFiles(folder), said).toEqual(expected);
    } catch (error) {
      if (!(error instanceof AirtuneError)) throw error;
      // run.json is the only object that cannot be computed again.
      expect(error.line, said).toMatch(/run\.json: is damaged/);
      expect(damaged).toContain(join(folder, 'state/runs/run/run.json'));
    }
  });

  it.each(seeds.slice(0, inputCount(12)))(
    'ends in the same bytes when objects are gone: seed %i',
    async (seed) => {
      const random = randomStream(seed, 'fault', 4);
      const folder = copyOf(seed % 2 === 0 ? 'whole' : 'stopped');
      const objects = objectsOf(folder).filter((path) => !path.endsWith('run.json'));
      const lost = Array.from(
        { length: 1 + random.integer(3) },
        () => objects[random.integer(objects.length)],
      );
      for (const path of lost) rmSync(path, { force: true });
      await run(folder, false);
      expect(trainedFiles(folder), lost.map((path) => relative(folder, path)).join(', ')).toEqual(expected);
    },
  );

  it('goes back by one round when the newest checkpoint is damaged', async () => {
    const folder = copyOf('whole');
    const path = join(folder, `state/runs/run/checkpoints/00000${ROUNDS}.safetensors`);
    writeFileSync(path, '');
    const shown = await run(folder, false);
    expect(shown).toContain(
      `${path}: is damaged: it is empty. The run goes back to the end of round 5 of 6.`,
    );
    expect(shown.match(/^round/gm)).toHaveLength(1);
    expect(trainedFiles(folder)).toEqual(expected);
  });
});
