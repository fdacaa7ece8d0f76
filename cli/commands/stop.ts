import { Command } from 'commander';
import { deploymentOptions, withDeployment } from '#cli/deployment/with-deployment.ts';
import { placeArgument } from '#cli/options/place-option.ts';
import type { Terminal } from '#cli/terminal.ts';
import type { DeploymentOptions } from '#run/deployment/deployment-address.ts';
import { stopRun } from '#run/deployment/stop-run.ts';

/** `airtune stop RUN`: ends a run in a deployment; committed rounds are kept. */
export function stopCommand(terminal: Terminal): Command {
  const command = new Command('stop').addArgument(
    placeArgument('<run>', 'the name that airtune run --detach gave it'),
  );
  return deploymentOptions(command).action(async (run: string, options: DeploymentOptions) => {
    const { status } = await withDeployment(
      options,
      terminal,
      () => {},
      ({ objects }) => stopRun(objects, run),
    );
    terminal.stdout.write(`${run} ${status === 'stopped' ? 'was stopped already' : 'is stopped'}.\n`);
  });
}
