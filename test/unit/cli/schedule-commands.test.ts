import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { channelCommand } from '#cli/commands/channel.ts';
import { scheduleCommand } from '#cli/commands/schedule.ts';
import { POLICIES, POLICY_NAMES } from '#shared/scheduling/policies/registry.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { TestTerminal } from '#test/support/test-terminal.ts';
import { rejectedLine } from '#test/support/thrown.ts';

async function run(command: 'schedule' | 'channel', args: readonly string[], stdin = '') {
  const terminal = new TestTerminal({ input: stdin });
  const made = command === 'schedule' ? scheduleCommand(terminal) : channelCommand(terminal);
  await made.exitOverride().parseAsync([...args], { from: 'user' });
  return terminal.printed;
}

const round = {
  bandwidthHz: 1e7,
  noiseWattsPerHz: 4e-21,
  powerWatts: 0.1,
  payloadBits: 1e6,
  channelGain: [1e-11, 3e-12, 1e-13],
  delayBudgetSeconds: 0.2,
  controlV: 0.01,
  queueSeconds: 0,
};

describe('airtune schedule', () => {
  test('plans a round from standard input, bandwidths under their device', async () => {
    const { stdout, stderr } = await run(
      'schedule',
      ['-', '--policy', 'set-expansion'],
      JSON.stringify(round),
    );
    const plan = JSON.parse(stdout);
    expect(plan).toMatchObject({ policy: 'set-expansion', selected: [0, 1, 2], objective: 0.03 });
    expect(Object.keys(plan.bandwidthHz)).toEqual(['0', '1', '2']);
    expect(stderr).toBe('');
  });

  test('prints the plan of every policy', async () => {
    const { stdout, stderr } = await run('schedule', ['-', '--policy', 'all'], JSON.stringify(round));
    const planned: readonly string[] = JSON.parse(stdout).map((plan: { policy: string }) => plan.policy);
    expect(planned).toEqual(POLICY_NAMES.filter((name) => POLICIES[name].needs === undefined));
    for (const name of POLICY_NAMES)
      if (!planned.includes(name)) expect(stderr).toContain(`left out ${name}, which needs`);
  });

  test('reads the facts of devices, and names the facts that a policy lacks', async () => {
    const facts = { ...round, losses: [0.2, null, 0.9], examples: [10, 10, 10] };
    const args = ['-', '--policy', 'power-of-choice', '--devices-per-round', '2'];
    const { stdout } = await run('schedule', args, JSON.stringify(facts));
    expect(JSON.parse(stdout)).toMatchObject({ selected: [1, 2], participationFactor: 0.5 + 1 / 4 });
    expect(await rejectedLine(run('schedule', args, JSON.stringify(round)))).toMatch(
      /^policy power-of-choice: needs the examples that each device holds/,
    );
    const short = { ...facts, losses: [0.2] };
    expect(await rejectedLine(run('schedule', args, JSON.stringify(short)))).toMatch(
      /^losses: has 1 values for 3/,
    );
  });

  test('warns on the error stream about an unknown key and a budget that no device meets', async () => {
    const odd = { ...round, delayBudgetSeconds: 1e-6, note: 'x' };
    const { stdout, stderr } = await run('schedule', ['-'], JSON.stringify(odd));
    expect(JSON.parse(stdout).policy).toBe('exact');
    expect(stderr).toMatch(/warning: standard input: passed over note/);
    expect(stderr).toMatch(/warning: no device can meet delayBudgetSeconds/);
  });

  test.each([
    ['not JSON', '{"a": 1', /^standard input: is not JSON/],
    ['a list', '[]', /^standard input: is not one round/],
    [
      'a misspelt key',
      JSON.stringify({ ...round, controlV: undefined, controlv: 1 }),
      /controlV is missing. Is controlv/,
    ],
    [
      'a null gain',
      JSON.stringify({ ...round, channelGain: [1e-11, null] }),
      /channelGain\[1\] is not a number/,
    ],
    [
      'gains that are no list',
      JSON.stringify({ ...round, channelGain: 1e-11 }),
      /Give a list of finite numbers/,
    ],
    ['a negative gain', JSON.stringify({ ...round, channelGain: [-1] }), /^channelGain\[0\]: is -1/],
  ])('refuses %s', async (_, input, line) => {
    expect(await rejectedLine(run('schedule', ['-'], input))).toMatch(line);
  });

  test('names the nearest policy, and a missing file', async () => {
    expect(await rejectedLine(run('schedule', ['-', '--policy', 'exakt']))).toMatch(/Did you mean exact\?/);
    expect(await rejectedLine(run('schedule', ['no-such-file.json']))).toMatch(
      /^no-such-file.json: cannot be read/,
    );
    expect(await rejectedLine(run('schedule', ['-', '--seed', 'x'], JSON.stringify(round)))).toMatch(
      /^--seed: is "x"/,
    );
  });
});

describe('airtune channel', () => {
  test('prints a round that schedule reads, the same for the same seed', async () => {
    const args = ['--devices', '30', '--seed', '5', '--round', '3', '--set', 'queueSeconds=0.5'];
    const { stdout } = await run('channel', args);
    expect((await run('channel', args)).stdout).toBe(stdout);
    expect(JSON.parse(stdout).channelGain).toHaveLength(30);
    const plan = JSON.parse((await run('schedule', ['-'], stdout)).stdout);
    expect(plan.certificate.relativeGap).toBeLessThan(1e-9);
  });

  test('takes positions from a file, one device a line', async () => {
    const file = join(scratchFolder({ 'positions.csv': '10,0\n0,20\n300,0\n' }), 'positions.csv');
    const args = ['--positions', file, '--set', 'channel.fading.kind=none'];
    const { channelGain } = JSON.parse((await run('channel', args)).stdout);
    expect(channelGain).toHaveLength(3);
    expect(channelGain[0] / channelGain[1]).toBeCloseTo(2 ** 3.5, 9);
  });

  test('takes units with their suffix, one power per device', async () => {
    const args = [
      '--devices',
      '2',
      '--set',
      'channel.powerDbm=[20, 30]',
      '--set',
      'channel.noiseDbmPerHz=-170',
    ];
    const drawn = JSON.parse((await run('channel', args)).stdout);
    expect(drawn.powerWatts[1] / drawn.powerWatts[0]).toBeCloseTo(10, 9);
    expect(drawn.noiseWattsPerHz).toBeCloseTo(1e-20, 26);
  });

  test('names an unknown setting and its nearest neighbour', async () => {
    expect(await rejectedLine(run('channel', ['--set', 'channel.bandwithHz=1']))).toMatch(
      /unknown setting channel.bandwithHz. Did you mean channel.bandwidthHz\?/,
    );
  });
});
