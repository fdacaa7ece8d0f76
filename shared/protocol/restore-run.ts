import { DamagedObjectError } from '#shared/cloud/damaged-object.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { kindOfKey } from './key-space.ts';
import { deviceOfAnswerKey, roundOfKey, roundsOfKey, runKeys } from './keys.ts';
import { evaluationRounds, type RunRecord } from './run-record.ts';
import { RunStore } from './run-store.ts';

/** The repair of a run's stored objects before the run is resumed. */
export interface RestoredRun {
  /**
   * The error of each damaged object; the objects are now deleted. Empty when objects were missing but none
   * was damaged.
   */
  readonly damaged: readonly DamagedObjectError[];
  /** Number of committed rounds before the repair; damaged commits count too. */
  readonly committedBefore: number;
  /** Number of rounds that remain committed. The run continues after them. */
  readonly rounds: number;
}

/**
 * Returns the stored objects of a run to the state after its last whole round. No other process may work on
 * the run. A round is whole when it and all rounds before it are committed, and the checkpoint and heads
 * after it are intact. All later objects are deleted. They are a function of that state and the seed, so
 * computing them again gives the same bytes.
 *
 * @returns undefined when nothing was wrong; nothing is changed then.
 */
export async function restoreRun(objects: ObjectStore, record: RunRecord): Promise<RestoredRun | undefined> {
  const { run } = record;
  const inventory = await takeInventory(objects, run);
  const rounds = await lastWholeRound(objects, record, inventory);
  const sound = rounds === inventory.committed && (await isRoundSound(objects, run, rounds, inventory));
  if (inventory.damaged.size === 0 && sound) return undefined;
  const later = sound ? [] : inventory.keys.filter((key) => belongsAfter(key, rounds));
  // Commits are deleted first, from the latest to the earliest. If this process is killed in between, calling
  // this function again completes the repair.
  const commits = later.filter((key) => kindOfKey(key) === 'commit').reverse();
  for (const key of commits) await objects.delete([key]);
  await objects.delete([...later.filter((key) => !commits.includes(key)), ...inventory.damaged.keys()]);
  return { damaged: [...inventory.damaged.values()], committedBefore: inventory.committed, rounds };
}

interface Inventory {
  /** All keys in ascending order, those of damaged objects included. */
  readonly keys: readonly string[];
  readonly damaged: ReadonlyMap<string, DamagedObjectError>;
  /** True for an object that exists and is not damaged. */
  isWhole(key: string): boolean;
  /** Number of the last round that has a commit, damaged or not, plus one; 0 without a commit. */
  readonly committed: number;
}

async function takeInventory(objects: ObjectStore, run: string): Promise<Inventory> {
  const keys = [...(await objects.list(runKeys.prefix(run))), ...(await objects.list(runKeys.answers(run)))];
  const damaged = new Map<string, DamagedObjectError>();
  for (const key of keys) {
    try {
      await objects.get(key);
    } catch (error) {
      if (!(error instanceof DamagedObjectError)) throw error;
      damaged.set(key, error);
    }
  }
  const present = new Set(keys);
  const lastCommit = keys.filter((key) => kindOfKey(key) === 'commit').at(-1);
  return {
    keys,
    damaged,
    isWhole: (key) => present.has(key) && !damaged.has(key),
    committed: lastCommit === undefined ? 0 : roundOfKey(lastCommit) + 1,
  };
}

/**
 * The largest number of rounds after which the stored state is whole and every test so far is stored or can
 * be made again.
 */
async function lastWholeRound(
  objects: ObjectStore,
  record: RunRecord,
  inventory: Inventory,
): Promise<number> {
  const { run } = record;
  const store = new RunStore(objects);
  const isStateWhole = async (rounds: number): Promise<boolean> => {
    // The initial state is computed from the seed.
    if (rounds === 0) return true;
    if (!inventory.isWhole(runKeys.checkpoint(run, rounds))) return false;
    const { headRounds } = await store.commit(run, rounds - 1).require();
    return headRounds.every(
      (madeAfter, device) => madeAfter === 0 || inventory.isWhole(runKeys.head(run, device, madeAfter)),
    );
  };
  let contiguous = 0;
  while (inventory.isWhole(runKeys.commit(run, contiguous))) contiguous += 1;
  for (let rounds = contiguous; rounds > 0; rounds--) {
    if (!(await isStateWhole(rounds))) continue;
    const missingTests = evaluationRounds(record).filter(
      (done) => done <= rounds && !inventory.isWhole(runKeys.evaluation(run, done)),
    );
    const testable = await Promise.all(missingTests.map(isStateWhole));
    if (testable.every(Boolean)) return rounds;
  }
  return 0;
}

/**
 * Whether an uncommitted round can continue from its stored objects: no object of this round or of a later
 * one is damaged, and the answers and heads of all devices that its closing names exist.
 */
async function isRoundSound(
  objects: ObjectStore,
  run: string,
  round: number,
  { keys, damaged, isWhole }: Inventory,
): Promise<boolean> {
  if ([...damaged.keys()].some((key) => belongsAfter(key, round))) return false;
  if (!isWhole(runKeys.closing(run, round))) return true;
  const { answered } = await new RunStore(objects).closing(run, round).require();
  const answers = new Set(
    keys.filter((key) => key.startsWith(runKeys.answers(run, round))).map(deviceOfAnswerKey),
  );
  return answered.every((device) => answers.has(device) && isWhole(runKeys.head(run, device, round + 1)));
}

/** Whether an object was written by a round or test that comes after the first `rounds` rounds. */
function belongsAfter(key: string, rounds: number): boolean {
  switch (kindOfKey(key)) {
    case 'plan':
    case 'closing':
    case 'answered':
    case 'commit':
    case 'answer':
      return roundOfKey(key) >= rounds;
    case 'checkpoint':
    case 'head':
    case 'evaluation':
      return roundsOfKey(key) > rounds;
    default:
      return false;
  }
}
