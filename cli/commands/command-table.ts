import type { Command } from 'commander';
import { EXAMPLES } from '#cli/help/examples.ts';
import { withExamples } from '#cli/help/help-text.ts';

type LoadCommand = () => Promise<Command>;

/** Every command by its name, loaded when it is asked for: a start should not wait for what it does not use. */
const COMMANDS: Readonly<Record<string, LoadCommand>> = {
  run: async () => (await import('./run.ts')).runCommand(),
  study: async () => (await import('./study.ts')).studyCommand(),
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
};

/** The command that the arguments name; all of them where they name none, as for help. */
export function commandsFor(args: readonly string[]): Promise<readonly Command[]> {
  const named = args.find((argument) => !argument.startsWith('-'));
  const load = named === undefined ? undefined : COMMANDS[named];
  const wanted = load === undefined ? Object.values(COMMANDS) : [load];
  return Promise.all(wanted.map(withHelp));
}

/** Every command: what `--help` lists, and what a shell completes. */
export function allCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(COMMANDS).map(withHelp));
}

async function withHelp(load: LoadCommand): Promise<Command> {
  const command = await load();
  return withExamples(command, EXAMPLES[command.name()] ?? []);
}
