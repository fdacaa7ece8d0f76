import { join } from 'node:path';
import { Command, Option } from 'commander';
import { folderKind } from '#cli/export/folder-kind.ts';
import { placeArgument, placeOption } from '#cli/options/place-option.ts';
import { positiveInteger } from '#cli/options/positive-integer.ts';
import type { Terminal } from '#cli/terminal.ts';
import { readTraces } from '#cli/trace/read-traces.ts';
import { traceEventFile } from '#export/trace-events/round-events.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { ConfigError } from '#shared/errors.ts';
import { parseRoundList, type RoundList } from '#shared/protocol/round-list.ts';
import { roundTraceFolder } from '#study/output/round-trace-folder.ts';

interface TraceOptions {
  readonly round: RoundList;
  readonly out: string;
  readonly point?: number;
  readonly repeat?: number;
}

/** `airtune trace`: writes traced rounds as a file for Perfetto. */
export function traceCommand(terminal: Terminal): Command {
  return new Command('trace')
    .addArgument(placeArgument('<folder>', 'output folder of a run or a study that had --trace-rounds'))
    .addOption(
      new Option('--round <list>', 'a round, or several on one time axis: 12, 10-12, all or last')
        .argParser((text) => parseRoundList(text, '--round'))
        .makeOptionMandatory(),
    )
    .addOption(placeOption('--out <file>', 'the file to write').makeOptionMandatory())
    .addOption(countOption('--point <n>', "of a study: the point's number, 1 by default"))
    .addOption(countOption('--repeat <n>', "of a study: the repetition's number, 1 by default"))
    .action(async (folder: string, options: TraceOptions) => {
      const traces = await readTraces(join(folder, await traceFolder(folder, options)), options.round);
      await writeWholeFile(options.out, `${JSON.stringify(traceEventFile(traces))}\n`);
      const rounds = traces.length === 1 ? `round ${traces[0].round}` : `${traces.length} rounds`;
      terminal.stdout.write(`${options.out}: ${rounds}; open it in https://ui.perfetto.dev\n`);
    });
}

function countOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((text) => positiveInteger(text, option.long ?? flags));
}

/** The folder of the traces inside a run's or a study's output folder. */
async function traceFolder(folder: string, { point, repeat }: TraceOptions): Promise<string> {
  if ((await folderKind(folder)) === 'study')
    return roundTraceFolder({ point: (point ?? 1) - 1, repeat: (repeat ?? 1) - 1 });
  if (point === undefined && repeat === undefined) return roundTraceFolder();
  throw new ConfigError('is of use with a study only.', {
    subject: point === undefined ? '--repeat' : '--point',
    remedy: `Leave it out: ${folder} holds no study.`,
  });
}
