import { Command } from 'commander';
import { deploymentOptions, withDeployment } from '#cli/deployment/with-deployment.ts';
import { placeArgument } from '#cli/options/place-option.ts';
import { headline } from '#cli/run/test-rows.ts';
import type { Terminal } from '#cli/terminal.ts';
import type { DeploymentOptions } from '#run/deployment/deployment-address.ts';
import { listRuns, type RunStatus, readRunStatus } from '#run/deployment/run-status.ts';
import { printable } from '#shared/printable.ts';

/** `airtune status`: shows the progress of a deployment's runs. */
export function statusCommand(terminal: Terminal): Command {
  const command = new Command('status')
    .addArgument(placeArgument('[run]', 'the name that airtune run --detach gave it'))
    .option('--json', 'one JSON object a line');
  return deploymentOptions(command).action(
    async (run: string | undefined, options: DeploymentOptions & { readonly json?: boolean }) => {
      await withDeployment(
        options,
        terminal,
        () => {},
        async (ports) => {
          const runs = run === undefined ? await listRuns(ports.objects) : [run];
          for (const name of runs) {
            const status = await readRunStatus(ports, name);
            terminal.stdout.write(`${options.json ? JSON.stringify(status) : describe(status)}\n`);
          }
        },
      );
    },
  );
}

function describe({
  run,
  state,
  failure,
  rounds,
  committedRounds,
  lastCommit,
  lastEvaluation,
}: RunStatus): string {
  const parts = [
    `${run}  ${state.padEnd(8)}  round ${committedRounds}/${rounds}`,
    ...(lastCommit === undefined
      ? []
      : [
          `loss ${lastCommit.trainLoss === null ? '-' : lastCommit.trainLoss.toFixed(4)}`,
          `queue ${lastCommit.nextQueueSeconds.toFixed(3)} s`,
          `last round at ${new Date(lastCommit.closedAtMs).toISOString()}`,
        ]),
    ...(lastEvaluation === undefined
      ? []
      : [`${headline(lastEvaluation)} after ${lastEvaluation.rounds} rounds`]),
    ...(failure === undefined ? [] : [failure.message]),
  ];
  return printable(parts.join('  '));
}
