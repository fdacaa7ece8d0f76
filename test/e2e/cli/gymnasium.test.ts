import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { fullRunOnly } from '#test/support/requirement.ts';
import { environmentPython } from '#test/support/test-python.ts';

const ROOT = join(import.meta.dirname, '../../..');
const COMMAND = [process.execPath, join(ROOT, 'cli/airtune.ts')];
const python = await environmentPython('gymnasium', 'tests with Gymnasium');
const run = promisify(execFile);

async function printed(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const path = [join(ROOT, 'python'), process.env.PYTHONPATH ?? ''].join(delimiter);
  const env = { ...process.env, NODE_OPTIONS: '', PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout } = await run(python ?? '', [...args], { env });
  return JSON.parse(stdout);
}

/** Gymnasium's own check, an episode with delays compared with airtune's account, and a wrong setting. */
const CHECKS = `
import json, sys, warnings
import numpy as np
from gymnasium.utils.env_checker import check_env
from airtune_gym import AirtuneEnv

command = sys.argv[1:]
env = AirtuneEnv(devices=4, rounds=3, settings={"scheduling.minimumDevices": 1}, command=command)
with warnings.catch_warnings():
    # The queue and the account have no limits.
    warnings.filterwarnings("ignore", message=".*infinity.*")
    check_env(env, skip_render_check=True)
first, _ = env.reset(seed=5)
again, _ = env.reset(seed=5)
same = all(np.array_equal(first[name], again[name]) for name in first)
account, errors, counts, over, observation = 0.0, [], [], False, again
while not over:
    observation, reward, over, _, info = env.step(np.zeros((2, 4), dtype=np.float32))
    account += (info["delay_seconds"] - info["delay_budget_seconds"]) / info["delay_budget_seconds"]
    errors.append(abs(float(observation["account"][0]) - account))
    counts.append(info["scheduled"])
after, _ = env.reset()
env.close()
wrong = AirtuneEnv(devices=4, rounds=3, settings={"channel.bandwithHz": 1}, command=command)
try:
    wrong.reset(seed=1)
    message = ""
except RuntimeError as error:
    message = str(error)
wrong.close()
differs = not np.array_equal(after["gain_db"], first["gain_db"])
print(json.dumps({"same": same, "differs": differs, "error": max(errors), "counts": counts, "message": message}))
`;

const isRun = python !== undefined && fullRunOnly('the Gymnasium environment');

describe.skipIf(!isRun)('the Gymnasium environment', () => {
  test('passes Gymnasium’s check, repeats itself by its seed, and knows the delays that airtune accounts', async () => {
    const { same, differs, error, counts, message } = await printed('-c', CHECKS, ...COMMAND);
    expect({ same, differs, counts }).toEqual({ same: true, differs: true, counts: [1, 1, 1] });
    expect(error).toBeLessThan(1e-5);
    expect(message).toMatch(/unknown setting channel\.bandwithHz\. Did you mean channel\.bandwidthHz\?/);
  });

  test('trains the agent of the example to a better reward than that of all devices', async () => {
    const { best, learned, all } = await printed(
      join(ROOT, 'examples/learning/gymnasium_agent.py'),
      ...COMMAND,
    );
    expect(best).toBeGreaterThan(0);
    expect(learned).toBeGreaterThan(Number(all));
  });
});
