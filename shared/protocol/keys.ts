/**
 * Where everything is kept in the object store. Every key that a round writes is named by (run, round, device, kind),
 * so that a repeated effect lands on the same key. Numbers are padded: keys sort as their numbers do. What lives only
 * as long as its round begins with a name of its own, since a bucket's lifecycle rules go by the beginning of keys.
 */
const padded = (value: number): string => String(value).padStart(6, '0');

const DAY_MS = 86_400_000;

/** Shared by all runs with the same model, data and partition: named by the hash of what they hold. */
export const preparedKeys = {
  prefix: (hash: string) => `prepared/${hash}/`,
  deviceModel: (hash: string) => `prepared/${hash}/device-model.safetensors`,
  encoderModel: (hash: string) => `prepared/${hash}/encoder-model.safetensors`,
  /** A device's own examples: read by that device and by nothing else. */
  shard: (hash: string, device: number) => `prepared/${hash}/shards/${padded(device)}.safetensors`,
  testSet: (hash: string) => `prepared/${hash}/test-set.safetensors`,
  /** Says that everything above was written on this day (UTC) or later. */
  storedOn: (hash: string, timeMs: number) =>
    `prepared/${hash}/stored-on/${new Date(timeMs).toISOString().slice(0, 10)}`,
};

/**
 * Runs share prepared parts up to this age. A bucket keeps parts this much longer than what a run leaves, so that the last
 * run to share them finds them for as long as it finds its own records.
 */
export const PREPARED_REUSE_DAYS = 30;

/** The whole days since the one that a key of `preparedKeys.storedOn` names; infinity for any other key. */
export function daysSinceStored(key: string, nowMs: number): number {
  const day = /\/stored-on\/(\d{4}-\d{2}-\d{2})$/.exec(key)?.[1];
  return day === undefined ? Number.POSITIVE_INFINITY : Math.floor((nowMs - Date.parse(day)) / DAY_MS);
}

export const runKeys = {
  /** Everything a run keeps is below here; payloads and answers, which end with their round, have prefixes of their own. */
  prefix: (run: string) => `runs/${run}/`,
  run: (run: string) => `runs/${run}/run.json`,
  /** Whether the run goes on, and in which attempt. The only object of a run that is ever replaced. */
  control: (run: string) => `runs/${run}/control.json`,
  plan: (run: string, round: number) => `runs/${run}/rounds/${padded(round)}/plan.json`,
  /** What the encoder knows of a device's part of the round: its LoRA gradient, loss and timeline. */
  answer: (run: string, round: number, device: number) =>
    `answers/${run}/${padded(round)}/${padded(device)}.safetensors`,
  answers: (run: string, round: number) => `answers/${run}/${padded(round)}/`,
  /** The decision which answers count; whoever writes it first decides. */
  closing: (run: string, round: number) => `runs/${run}/rounds/${padded(round)}/closing.json`,
  /** What the devices whose answers count said: loss and gradient norm. Written by the encoder, read for the commit. */
  answered: (run: string, round: number) => `runs/${run}/rounds/${padded(round)}/answered.json`,
  commit: (run: string, round: number) => `runs/${run}/rounds/${padded(round)}/commit.json`,
  /** LoRA parameters and optimiser state after this many rounds. */
  checkpoint: (run: string, rounds: number) => `runs/${run}/checkpoints/${padded(rounds)}.safetensors`,
  /** A device's head after this many rounds. */
  head: (run: string, device: number, rounds: number) =>
    `runs/${run}/heads/${padded(device)}/${padded(rounds)}.safetensors`,
  evaluation: (run: string, rounds: number) => `runs/${run}/evaluations/${padded(rounds)}.json`,
  /** Tensors too large for a message; nobody needs them once the round is committed. */
  payload: (run: string, round: number, device: number, kind: 'embeddings' | 'features' | 'gradients') =>
    `payloads/${run}/${padded(round)}/${padded(device)}/${kind}.safetensors`,
  payloads: (run: string, round: number) => `payloads/${run}/${padded(round)}/`,
};

/** True for what preparing a run makes of model and data, and can make again. */
export function isPreparedKey(key: string): boolean {
  return key.startsWith('prepared/');
}

/** True for tensors on their way, of any run. */
export function isPayloadKey(key: string): boolean {
  return key.startsWith('payloads/');
}

/** True for what a run's progress is read from: commits and tests, of any run. */
export function isProgressKey(key: string): boolean {
  return key.endsWith('/commit.json') || key.includes('/evaluations/');
}

/** The device number that an answer's key ends with. */
export function deviceOfAnswerKey(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 1).replace('.safetensors', ''));
}
