import type { Example } from './help-text.ts';

/** Examples that `--help` shows, by command name. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  run: [
    { command: 'airtune run', does: 'the quick start, in seconds' },
    { command: 'airtune run --config settings.yaml --out out/first', does: 'with settings from a file' },
    { command: 'airtune run --config out/first/result.json --out out/again', does: 'the same run again' },
    {
      command: 'airtune run --model DIR --task text --data a.csv --text-column review --label-column stars',
      does: 'a table of your own',
    },
    { command: 'airtune run --resume out/first', does: 'go on with an interrupted run' },
  ],
  study: [
    { command: 'airtune study --preset city --out city', does: 'a study worth running' },
    {
      command: 'airtune study --policy exact,greedy --sweep channel.bandwidthHz=20e6,100e6',
      does: 'two policies on two bands',
    },
    { command: 'airtune study --config settings.yaml --repeat 5', does: 'with confidence intervals' },
  ],
  experiment: [
    { command: 'airtune experiment --preset figure-3 --quick', does: "the paper's figure 3, in minutes" },
    {
      command: 'airtune experiment --policy exact,greedy --seeds 1..3',
      does: 'two policies, three seeds each',
    },
    { command: 'airtune experiment plan.yaml --jobs 4 --out out/grid', does: 'a plan from a file' },
    { command: 'airtune experiment --resume out/grid', does: 'go on with a stopped experiment' },
  ],
  config: [
    { command: 'airtune config --preset images', does: 'the settings of a run, and where each is from' },
    { command: 'airtune config study --config settings.yaml --json', does: 'those of a study, as JSON' },
    { command: 'airtune config --schema > settings.schema.json', does: 'a JSON Schema, for editors' },
  ],
  calibrate: [
    { command: 'airtune calibrate out/first --out calibrated.yaml', does: 'fit the cloud to a run' },
  ],
  report: [{ command: 'airtune report city', does: 'build city/report.html anew' }],
  export: [{ command: 'airtune export out/first --to merged', does: 'a plain Hugging Face directory' }],
  trace: [
    {
      command:
        'airtune run --trace-rounds last --out out/first && airtune trace out/first --round last --out round.json',
      does: 'the last round, for Perfetto',
    },
  ],
  predict: [
    { command: 'airtune predict out/first --text "a warm and funny film"', does: 'label one text' },
    { command: 'airtune predict out/first --file texts.txt --head 3', does: 'label lines, with head 3' },
  ],
  schedule: [
    {
      command: 'airtune channel --devices 20 | airtune schedule - --policy all',
      does: 'every policy, one round',
    },
  ],
  channel: [
    { command: 'airtune channel --devices 20 --seed 7 > round.json', does: 'draw one round' },
    { command: 'airtune channel --positions cell.csv', does: 'with the positions in a file' },
  ],
  cost: [{ command: 'airtune cost --devices 20 --rounds 40', does: 'what the run would cost on AWS' }],
  status: [{ command: 'airtune status --json', does: 'every run of the deployment, a JSON object a line' }],
  stop: [{ command: 'airtune stop run-20260101000000000', does: 'end that run; its rounds are kept' }],
  'dead-letters': [{ command: 'airtune dead-letters --redrive', does: 'send them again' }],
  worker: [{ command: 'airtune worker --only device --devices 8', does: 'eight device consumers' }],
  doctor: [{ command: 'airtune doctor --json', does: 'the findings as JSON' }],
  completion: [{ command: 'source <(airtune completion bash)', does: 'complete commands in this shell' }],
};
