import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCommand } from '#shared/plugins/command-plugin.ts';
import type { PluginOpening } from '#shared/plugins/open-plugin.ts';
import { pythonHas } from '#test/support/python.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { openPluginContract } from './open-plugin.contract.ts';

const folder = sharedScratchFolder();
const PYTHON = process.env.AIRTUNE_PYTHON ?? 'python3';

const script = (name: string, source: string): string => {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
};

const OPENING: PluginOpening = {
  kind: { word: 'policy', interfaceVersion: 1, method: 'plan', settingsPath: 's', timeoutPath: 't' },
  subject: 'policy sample',
  settings: {},
  loadTimeoutSeconds: 60,
  timeoutSeconds: 60,
  log: () => {},
};
const open = (program: string, path: string, opening = OPENING) =>
  openCommand([program, path], ['round', 'settings', 'state'], opening);

/** A program in JavaScript that answers each line with what an expression gives. */
const program = (name: string, hello: string, answer: string) =>
  script(
    name,
    `require('node:readline').createInterface(process.stdin).on('line', (line) => {
       const question = JSON.parse(line);
       const { round, settings } = question;
       const answer = 'kind' in question ? ${hello} : ${answer};
       if (answer !== undefined) console.log(JSON.stringify(answer));
     });`,
  );
const HELLO = "{ interfaceVersion: 1, name: 'sample', settings: { factor: 2, ...settings } }";

openPluginContract(
  'as a program',
  {
    good: program(
      'good.cjs',
      `'facter' in settings ? { error: 'unknown setting scheduling.policySettings.facter; the plug-in has factor.', cause: 'settings' } : ${HELLO}`,
      '{ value: round.value * settings.factor }',
    ),
    throws: program('throws.cjs', HELLO, "{ error: 'out of ideas' }"),
    hangs: program('hangs.cjs', HELLO, 'undefined'),
    version: program('version.cjs', "{ interfaceVersion: 99, name: 'sample' }", '{}'),
  },
  (sample, opening) => open(process.execPath, sample, opening),
);

describe('a program that', () => {
  test('cannot be started is named with the reason', async () => {
    expect(await rejectedLine(open('no-such-program', 'mine.py'))).toMatch(
      /^policy sample: cannot be started: .*ENOENT.* Is no-such-program installed\?$/,
    );
  });

  test('dies is named with its code and the last line of its errors', async () => {
    const path = program('dies.cjs', HELLO, "(console.error('first\\nlast words'), process.exit(3))");
    const plugin = await open(process.execPath, path);
    expect(await rejectedLine(plugin.call([{}, {}], 'round 3'))).toBe(
      'policy sample, round 3: ended with code 3: last words.',
    );
    expect(await rejectedLine(plugin.call([{}, {}], 'round 4'))).toMatch(/^policy sample, round 4: ended/);
    await plugin.close();
  });

  test('writes no JSON is told where to print', async () => {
    const path = script('prints.cjs', "process.stdin.once('data', () => console.log('hello'));");
    expect(await rejectedLine(open(process.execPath, path))).toMatch(
      /^policy sample: wrote "hello", which is not JSON\. Print to standard error/,
    );
  });
});

describe("a program's lines", () => {
  test('that answer no question are a fault, not the answer to the next one', async () => {
    const path = script(
      'twice.cjs',
      `require('node:readline').createInterface(process.stdin).on('line', (line) => {
         const answer = 'kind' in JSON.parse(line) ? ${HELLO.replace('...settings', '')} : { value: 1 };
         console.log(JSON.stringify(answer) + ('kind' in JSON.parse(line) ? '' : '\\n{"value":2}'));
       });`,
    );
    const plugin = await open(process.execPath, path);
    expect(await plugin.call([{}, {}], 'round 1')).toEqual({ value: 1 });
    expect(await rejectedLine(plugin.call([{}, {}], 'round 2'))).toBe(
      'policy sample, round 2: wrote "{\\"value\\":2}", which answers no question. Write one line for each line that is read; print to standard error.',
    );
    await plugin.close();
  });

  test('that never end do not fill the memory', async () => {
    const path = script('endless.cjs', "for (;;) require('node:fs').writeSync(1, 'x'.repeat(65536));");
    expect(await rejectedLine(open(process.execPath, path))).toMatch(
      /^policy sample: wrote a line of more than \d+ characters\.$/,
    );
  });

  test('that report a fault are cut to their first line, and to its beginning', async () => {
    const path = program('long.cjs', HELLO, "{ error: 'bad '.repeat(1000) + '\\nmore' }");
    const plugin = await open(process.execPath, path);
    const line = await rejectedLine(plugin.call([{}, {}], 'round 1'));
    expect(line).toMatch(/^policy sample, round 1: bad bad /);
    expect(line.length).toBeLessThan(400);
    await plugin.close();
  });
});

describe.runIf(pythonHas('json'))('with the module airtune', () => {
  const policy = (name: string, plan: string, rest = '') =>
    script(
      name,
      `import math\nfrom airtune import Plan, run_policy\n\ndef plan(round, settings, state):\n${plan}\n\nrun_policy(plan, name="sample"${rest})\n`,
    );

  openPluginContract(
    'in Python',
    {
      good: policy(
        'good.py',
        '    print("to be ignored")\n    return Values(round.value * settings["factor"])\n\nclass Values(Plan):\n    def __init__(self, value):\n        self.value = value\n    def fields(self):\n        return {"value": self.value}',
        ', settings={"factor": 2}',
      ),
      throws: policy('throws.py', '    raise ValueError("out of ideas")'),
      hangs: policy('hangs.py', '    while True:\n        pass'),
      version: script(
        'version.py',
        'import airtune\nairtune.INTERFACE_VERSION = 99\nairtune.run_policy(print, name="sample")\n',
      ),
    },
    (sample, opening) => open(PYTHON, sample, opening),
  );

  test('a plan, its state and its facts have their names in Python', async () => {
    const path = policy(
      'names.py',
      '    assert round.facts["rounds_since_served"] == [math.inf, 2]\n    return Plan(selected=[1], bandwidth_hz=[round.bandwidth_hz], state={"seen": state})',
      ', needs=["rounds_since_served"]',
    );
    const plugin = await open(PYTHON, path);
    expect(plugin.description.fields.needs).toEqual(['roundsSinceServed']);
    const facts = { roundsSinceServed: Float64Array.of(Number.POSITIVE_INFINITY, 2) };
    expect(await plugin.call([{ bandwidthHz: 5, facts }, {}, 'before'], 'round 1')).toEqual({
      selected: [1],
      bandwidthHz: [5],
      state: { seen: 'before' },
    });
    await plugin.close();
  });

  test('an error names the line of the file, and one at the start its last line', async () => {
    const plugin = await open(PYTHON, policy('fault.py', '    return 1 / 0'));
    expect(await rejectedLine(plugin.call([{}, {}], 'round 1'))).toBe(
      'policy sample, round 1: plan() raised ZeroDivisionError: division by zero (fault.py:5).',
    );
    await plugin.close();
    expect(await rejectedLine(open(PYTHON, script('missing.py', 'import not_there\n')))).toBe(
      "policy sample: ended with code 1: ModuleNotFoundError: No module named 'not_there'.",
    );
  });
});
