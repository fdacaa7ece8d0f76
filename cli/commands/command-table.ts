import type { Command } from 'commander';
import { EXAMPLES } from '#cli/help/examples.ts';
import { withExamples } from '#cli/help/help-text.ts';

type LoadCommand = () => Promise<Command>;

/** Every command by its name. A command's module is loaded on demand, which keeps the start short. */
export const COMMANDS = {
  run: async () => (await import('./run.ts')).runCommand(),
  study: async () => (await import('./study.ts')).studyCommand(),
  experiment: async () => (await import('./experiment.ts')).experimentCommand(),
  compare: async () => (await import('./compare.ts')).compareCommand(),
  config: async () => (await import('./config.ts')).configCommand(),
  calibrate: async () => (await import('./calibrate.ts')).calibrateCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
  predict: async () => (await import('./predict.ts')).predictCommand(),
  schedule: async () => (await import('./schedule.ts')).scheduleCommand(),
  channel: async () => (await import('./channel.ts')).channelCommand(),
  cost: async () => (await import('./cost.ts')).costCommand(),
  status: async () => (await import('./status.ts')).statusCommand(),
  stop: async () => (await import('./stop.ts')).stopCommand(),
  'dead-letters': async () => (await import('./dead-letters.ts')).deadLettersCommand(),
  worker: async () => (await import('./worker.ts')).workerCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  completion: async () => (await import('./completion.ts')).completionCommand(allCommands),
} as const satisfies Readonly<Record<string, LoadCommand>>;

export type CommandName = keyof typeof COMMANDS;

/** The command that the arguments name, or all commands if they name none, as for help. */
export function commandsFor(args: readonly string[]): Promise<readonly Command[]> {
  const named = args.find((argument) => !argument.startsWith('-'));
  const wanted: readonly LoadCommand[] = isCommand(named) ? [COMMANDS[named]] : Object.values(COMMANDS);
  return Promise.all(wanted.map(withHelp));
}

/** All commands, for `--help` and for shell completion. */
export function allCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values<LoadCommand>(COMMANDS).map(withHelp));
}

function isCommand(name: string | undefined): name is CommandName {
  return name !== undefined && Object.hasOwn(COMMANDS, name);
}

async function withHelp(load: LoadCommand): Promise<Command> {
  const command = await load();
  return withExamples(command, EXAMPLES[command.name()] ?? []);
}
