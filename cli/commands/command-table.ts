import { Command } from 'commander';
import { EXAMPLES } from '#cli/help/examples.ts';
import { withExamples } from '#cli/help/help-text.ts';
import type { Terminal } from '#cli/terminal.ts';

/** A line of the table of commands. */
interface CommandEntry {
  /** Description in `airtune --help`, and at the top of the command's own help. */
  readonly summary: string;
  /** Imports the command's module and makes the command. */
  readonly load: (terminal: Terminal) => Promise<Command>;
}

/**
 * Every command by its name. A command's module is imported when the command is called, so `airtune --help`
 * and the start of a command import no other command.
 */
export const COMMANDS = {
  run: {
    summary: 'run a federated fine-tuning; without options the built-in quick start on synthetic data',
    load: async (terminal) => (await import('./run.ts')).runCommand(terminal),
  },
  study: {
    summary: 'simulate rounds at scale: where the time goes, what it costs, what changes it',
    load: async (terminal) => (await import('./study.ts')).studyCommand(terminal),
  },
  experiment: {
    summary: 'do a grid of runs with paired seeds, and compare them',
    load: async (terminal) => (await import('./experiment.ts')).experimentCommand(terminal),
  },
  compare: {
    summary: 'compare finished runs, experiments and studies',
    load: async (terminal) => (await import('./compare.ts')).compareCommand(terminal),
  },
  advise: {
    summary: 'say what one change at a time would bring a study or a run: time and dollars saved',
    load: async (terminal) => (await import('./advise.ts')).adviseCommand(terminal),
  },
  config: {
    summary: 'print the settings that a run or a study would have, and where each is from',
    load: async (terminal) => (await import('./config.ts')).configCommand(terminal),
  },
  calibrate: {
    summary: 'fit the virtual cloud to a run that was measured',
    load: async (terminal) => (await import('./calibrate.ts')).calibrateCommand(terminal),
  },
  report: {
    summary:
      'make report.html in the output folder of a run, a study or an experiment, also while it goes on',
    load: async (terminal) => (await import('./report.ts')).reportCommand(terminal),
  },
  trace: {
    summary: "write traced rounds for https://ui.perfetto.dev: every device's time, with messages as arrows",
    load: async (terminal) => (await import('./trace.ts')).traceCommand(terminal),
  },
  export: {
    summary: 'write the results of a run or a study for other programs: a model, tables, curves, traces',
    load: async (terminal) => (await import('./export.ts')).exportCommand(terminal),
  },
  predict: {
    summary: "label inputs with a run's adapter and one of its heads; prints a line of JSON for each",
    load: async (terminal) => (await import('./predict.ts')).predictCommand(terminal),
  },
  schedule: {
    summary:
      'plan one round: who sends, with how much of the band; JSON, or for all policies a table in a terminal',
    load: async (terminal) => (await import('./schedule.ts')).scheduleCommand(terminal),
  },
  channel: {
    summary: 'draw a wireless scenario and print one round of it, for `airtune schedule -`',
    load: async (terminal) => (await import('./channel.ts')).channelCommand(terminal),
  },
  cost: {
    summary:
      'estimate what a run would cost on AWS: its rounds on the virtual cloud, at list prices, every line shown',
    load: async (terminal) => (await import('./cost.ts')).costCommand(terminal),
  },
  status: {
    summary: 'how far a run in a deployment has come; without RUN, every run there',
    load: async (terminal) => (await import('./status.ts')).statusCommand(terminal),
  },
  stop: {
    summary: 'end a run in a deployment; its rounds are kept, and airtune run --resume goes on from them',
    load: async (terminal) => (await import('./stop.ts')).stopCommand(terminal),
  },
  'dead-letters': {
    summary: 'list the messages that could not be processed, with the reason of each',
    load: async (terminal) => (await import('./dead-letters.ts')).deadLettersCommand(terminal),
  },
  worker: {
    summary: 'run the functions of a deployment in this process, for deployments with -c compute=worker',
    load: async (terminal) => (await import('./worker.ts')).workerCommand(terminal),
  },
  doctor: {
    summary: 'list what this machine has, with a remedy for each missing part',
    load: async (terminal) => (await import('./doctor.ts')).doctorCommand(terminal),
  },
  completion: {
    summary: 'print a script by which a shell completes commands, options and settings',
    load: async (terminal) =>
      (await import('./completion.ts')).completionCommand(terminal, () => allCommands(terminal)),
  },
} as const satisfies Readonly<Record<string, CommandEntry>>;

export type CommandName = keyof typeof COMMANDS;

const ENTRIES: Readonly<Record<CommandName, CommandEntry>> = COMMANDS;
const COMMAND_NAMES = Object.keys(COMMANDS).filter(isCommand);

/**
 * The command that the arguments name; otherwise all commands with their summaries only, for
 * `airtune --help` and to find the nearest name to a misspelt one.
 */
export async function commandsFor(args: readonly string[], terminal: Terminal): Promise<readonly Command[]> {
  const [first, second] = args.filter((argument) => !argument.startsWith('-'));
  const named = first === 'help' ? second : first;
  if (isCommand(named)) return [await loadCommand(named, terminal)];
  return COMMAND_NAMES.map((name) => new Command(name).description(ENTRIES[name].summary));
}

/** Loads all commands. For shell completion, which lists their options. */
export function allCommands(terminal: Terminal): Promise<readonly Command[]> {
  return Promise.all(COMMAND_NAMES.map((name) => loadCommand(name, terminal)));
}

async function loadCommand(name: CommandName, terminal: Terminal): Promise<Command> {
  const { summary, load } = ENTRIES[name];
  const command = await load(terminal);
  return withExamples(command.description(summary), EXAMPLES[name] ?? []);
}

function isCommand(name: string | undefined): name is CommandName {
  return name !== undefined && Object.hasOwn(COMMANDS, name);
}
