import { Option } from 'commander';
import { TRACE_ROUNDS_OPTION } from '#run/output/trace-files.ts';
import { parseRoundList } from '#shared/protocol/round-list.ts';

/** `--trace-rounds`, of runs and studies. */
export function traceRoundsOption(): Option {
  return new Option(
    `${TRACE_ROUNDS_OPTION} <list>`,
    "write every device's spans of these rounds into traces/: 1,5,10-12, all or last",
  ).argParser((text) => parseRoundList(text, TRACE_ROUNDS_OPTION));
}
