import { Command } from 'commander';
import { EXAMPLES } from '#cli/help/examples.ts';
import { withExamples } from '#cli/help/help-text.ts';

/** A line of the table of commands. */
interface CommandEntry {
  /** Description in `airtune --help`, and at the top of the command's own help. */
  readonly summary: string;
  /** Imports the command's module and makes the command. */
  readonly load: () => Promise<Command>;
}

/**
 * Every command by its name. A command's module is imported when the command is called, so `airtune --help`
 * and the start of a command import no other command.
 */
export const COMMANDS = {
  run: {
    summary: 'run a federated fine-tuning; without options the built-in quick start on synthetic data',
    load: async () => (await import('./run.ts')).runCommand(),
  },
  study: {
    summary: 'simulate rounds at scale: where the time goes, what it costs, what changes it',
    load: async () => (await import('./study.ts')).studyCommand(),
  },
  experiment: {
    summary: 'do a grid of runs with paired seeds, and compare them',
    load: async () => (await import('./experiment.ts')).experimentCommand(),
  },
  compare: {
    summary: 'compare finished runs, experiments and studies',
    load: async () => (await import('./compare.ts')).compareCommand(),
  },
  advise: {
    summary: 'say what one change at a time would bring a study or a run: time and dollars saved',
    load: async () => (await import('./advise.ts')).adviseCommand(),
  },
  config: {
    summary: 'print the settings that a run or a study would have, and where each is from',
    load: async () => (await import('./config.ts')).configCommand(),
  },
  calibrate: {
    summary: 'fit the virtual cloud to a run that was measured',
    load: async () => (await import('./calibrate.ts')).calibrateCommand(),
  },
  report: {
    summary:
      'make report.html in the output folder of a run, a study or an experiment, also while it goes on',
    load: async () => (await import('./report.ts')).reportCommand(),
  },
  trace: {
    summary: "write traced rounds for https://ui.perfetto.dev: every device's time, with messages as arrows",
    load: async () => (await import('./trace.ts')).traceCommand(),
  },
  export: {
    summary: 'write the results of a run or a study for other programs: a model, tables, curves, traces',
    load: async () => (await import('./export.ts')).exportCommand(),
  },
  predict: {
    summary: "label inputs with a run's adapter and one of its heads; prints a line of JSON for each",
    load: async () => (await import('./predict.ts')).predictCommand(),
  },
  schedule: {
    summary:
      'plan one round: who sends, with how much of the band; JSON, or for all policies a table in a terminal',
    load: async () => (await import('./schedule.ts')).scheduleCommand(),
  },
  channel: {
    summary: 'draw a wireless scenario and print one round of it, for `airtune schedule -`',
    load: async () => (await import('./channel.ts')).channelCommand(),
  },
  cost: {
    summary:
      'estimate what a run would cost on AWS: its rounds on the virtual cloud, at list prices, every line shown',
    load: async () => (await import('./cost.ts')).costCommand(),
  },
  status: {
    summary: 'how far a run in a deployment has come; without RUN, every run there',
    load: async () => (await import('./status.ts')).statusCommand(),
  },
  stop: {
    summary: 'end a run in a deployment; its rounds are kept, and airtune run --resume goes on from them',
    load: async () => (await import('./stop.ts')).stopCommand(),
  },
  'dead-letters': {
    summary: 'list the messages that could not be processed, with the reason of each',
    load: async () => (await import('./dead-letters.ts')).deadLettersCommand(),
  },
  worker: {
    summary: 'run the functions of a deployment in this process, for deployments with -c compute=worker',
    load: async () => (await import('./worker.ts')).workerCommand(),
  },
  doctor: {
    summary: 'list what this machine has, with a remedy for each missing part',
    load: async () => (await import('./doctor.ts')).doctorCommand(),
  },
  completion: {
    summary: 'print a script by which a shell completes commands, options and settings',
    load: async () => (await import('./completion.ts')).completionCommand(allCommands),
  },
} as const satisfies Readonly<Record<string, CommandEntry>>;

export type CommandName = keyof typeof COMMANDS;

const ENTRIES: Readonly<Record<CommandName, CommandEntry>> = COMMANDS;
const COMMAND_NAMES = Object.keys(COMMANDS).filter(isCommand);

/**
 * The command that the arguments name; otherwise all commands with their summaries only, for
 * `airtune --help` and to find the nearest name to a misspelt one.
 */
export async function commandsFor(args: readonly string[]): Promise<readonly Command[]> {
  const [first, second] = args.filter((argument) => !argument.startsWith('-'));
  const named = first === 'help' ? second : first;
  if (isCommand(named)) return [await loadCommand(named)];
  return COMMAND_NAMES.map((name) => new Command(name).description(ENTRIES[name].summary));
}

/** Loads all commands. For shell completion, which lists their options. */
export function allCommands(): Promise<readonly Command[]> {
  return Promise.all(COMMAND_NAMES.map(loadCommand));
}

async function loadCommand(name: CommandName): Promise<Command> {
  const { summary, load } = ENTRIES[name];
  const command = await load();
  return withExamples(command.description(summary), EXAMPLES[name] ?? []);
}

function isCommand(name: string | undefined): name is CommandName {
  return name !== undefined && Object.hasOwn(COMMANDS, name);
}
