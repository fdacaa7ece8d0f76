import type { Command } from 'commander';
import { placeOption } from '#cli/options/place-option.ts';
import { noticesOf } from '#cli/print/notice.ts';
import type { Terminal } from '#cli/terminal.ts';
import { type ConnectedPorts, connect } from '#functions/runtime/environment.ts';
import { type DeploymentOptions, deploymentAddress } from '#run/deployment/deployment-address.ts';
import { findDeployment } from '#run/deployment/find-deployment.ts';

/** Adds the options that choose a command's deployment. */
export function deploymentOptions(command: Command): Command {
  return command
    .addOption(placeOption('--deployment <name>', 'the name it was deployed with; airtune by default'))
    .addOption(placeOption('--region <name>', 'its region; AWS_REGION by default'));
}

/** Connects to the deployment that the options name, runs the task, and always disconnects. */
export async function withDeployment<T>(
  options: DeploymentOptions,
  terminal: Terminal,
  log: (line: string) => void,
  task: (ports: ConnectedPorts) => Promise<T>,
): Promise<T> {
  const ports = connect(
    await findDeployment(deploymentAddress(options, terminal.env, noticesOf(terminal))),
    'cli',
    log,
  );
  try {
    return await task(ports);
  } finally {
    ports.close();
  }
}
