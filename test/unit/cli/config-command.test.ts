import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allCommands } from '#cli/commands/command-table.ts';
import { configCommand } from '#cli/commands/config.ts';
import { completedCommands } from '#cli/completion/completed-command.ts';
import { completionScript } from '#cli/completion/completion-scripts.ts';
import { POLICY_NAMES } from '#shared/scheduling/policies/registry.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { TestTerminal } from '#test/support/test-terminal.ts';
import { rejectedLine } from '#test/support/thrown.ts';

async function config(...args: readonly string[]) {
  const terminal = new TestTerminal();
  await configCommand(terminal)
    .exitOverride()
    .parseAsync([...args], { from: 'user' });
  return terminal.printed;
}

const FILE = `
model: { directory: m }
data: { directory: d, meanTokens: 20 }
training: { devices: 7 }
server: { engine: tfjs }
cloud: { store: { getLatencyMs: 3 } }
`;

describe('airtune config', () => {
  test('shows for each setting whether it comes from a preset, a file, an option or the defaults', async () => {
    const file = join(scratchFolder({ 'my.yaml': FILE }), 'my.yaml');
    const given = ['--config', file, '--preset', 'uneven-labels', '--rounds', '9', '--set', 'seed=4'];
    const { stdout, stderr } = await config('--json', ...given);
    const settings = JSON.parse(stdout);
    expect(settings['training.devices']).toEqual({ value: 7, origin: file });
    expect(settings['data.partition.alpha']).toEqual({ value: 0.5, origin: 'preset uneven-labels' });
    expect(settings['training.rounds']).toEqual({ value: 9, origin: '--rounds' });
    expect(settings.seed).toEqual({ value: 4, origin: '--set' });
    expect(settings['lora.rank']).toEqual({ value: 8, origin: 'default' });
    expect(settings['cloud.store.getLatencyMs']).toEqual({ value: 3, origin: file });
    expect(settings['cloud.store.putLatencyMs']).toEqual({ value: 25, origin: 'default' });
    expect(stderr).toBe('airtune: notice: run does not use data.meanTokens.\n');
  });

  test('takes one file for runs and studies', async () => {
    const file = join(scratchFolder({ 'my.yaml': FILE.replace('directory: m', 'layerCount: 2') }), 'my.yaml');
    const { stdout, stderr } = await config('study', '--config', file);
    expect(stdout).toMatch(/^training\.devices +7 +.*my\.yaml$/m);
    expect(stdout).toMatch(/^cloud\.store\.getLatencyMs +3 +.*my\.yaml$/m);
    expect(stderr).toBe('airtune: notice: study does not use data.directory, server.engine.\n');
  });

  test('does not attribute a default to a layer whose kind was replaced', async () => {
    const { stdout } = await config('--json', '--set', 'server.optimizer.kind=sgd');
    expect(JSON.parse(stdout)['server.optimizer.learningRate']).toEqual({ value: 0.1, origin: 'default' });
  });

  test('prints a JSON Schema that knows the settings of both', async () => {
    const { properties } = JSON.parse((await config('--schema')).stdout);
    expect(properties.server.properties.engine.enum).toEqual(['auto', 'onnx', 'tfjs', 'torch']);
    expect(properties.cloud.properties.store.properties.getLatencyMs.minimum).toBe(0);
    expect(Object.keys(properties.data.properties)).toEqual(
      expect.arrayContaining(['task', 'directory', 'maxTokens', 'meanTokens']),
    );
  });

  test('names a wrong setting by the option as typed', async () => {
    expect(await rejectedLine(config('--batch-size', '0'))).toMatch(
      /^--batch-size: training\.batchSize is 0/,
    );
    expect(await rejectedLine(config('--model', '', '--data', 'd'))).toBe(
      '--model: is empty. Name a place; . is the current folder. Is a variable of a script unset?',
    );
    expect(await rejectedLine(config('stdy'))).toContain('Did you mean study?');
  });
});

describe('shell completion', () => {
  test('offers commands, options, policies and settings, in bash', async () => {
    const script = completionScript('bash', completedCommands(await allCommands(new TestTerminal())));
    const complete = (...words: readonly string[]): readonly string[] => {
      const quotedWords = words.map((word) => `'${word}'`).join(' ');
      const call = `COMP_WORDS=(${quotedWords}); COMP_CWORD=${words.length - 1}; _airtune`;
      const output = execFileSync('bash', ['-c', `${script}\n${call}; printf '%s\\n' "\${COMPREPLY[@]}"`]);
      return output.toString().trimEnd().split('\n');
    };
    expect(complete('airtune', 'st')).toEqual(['study', 'status', 'stop']);
    expect(complete('airtune', 'run', '--pol')).toEqual(['--policy']);
    // A policy is a name, or a file of one's own.
    expect(complete('airtune', 'run', '--policy', '')).toEqual([...POLICY_NAMES]);
    expect(complete('airtune', 'run', '--policy', './pack')).toContain('./package.json');
    expect(complete('airtune', '--quiet', 'study', '--set', 'cloud.store.get')).toEqual([
      'cloud.store.getLatencyMs=',
    ]);
  });

  test('has a script for every shell, with every command in it', async () => {
    const commands = completedCommands(await allCommands(new TestTerminal()));
    for (const shell of ['bash', 'zsh', 'fish'] as const) {
      const script = completionScript(shell, commands);
      for (const { name } of commands) expect(script).toContain(name);
    }
  });
});

test('every command has examples in its help', async () => {
  for (const command of await allCommands(new TestTerminal())) {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help, command.name()).toMatch(/\nExamples:\n {2}.*airtune /);
  }
});
