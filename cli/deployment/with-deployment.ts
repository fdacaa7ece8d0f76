import type { Command } from 'commander';
import { type CloudPorts, connect } from '#functions/runtime/environment.ts';
import { type DeploymentOptions, deploymentAddress } from '#run/deployment/deployment-address.ts';
import { findDeployment } from '#run/deployment/find-deployment.ts';

/** Adds the options that say which deployment a command is about. */
export function deploymentOptions(command: Command): Command {
  return command
    .option('--deployment <name>', 'the name it was deployed with; airtune by default')
    .option('--region <name>', 'its region; AWS_REGION by default');
}

/** Finds the deployment that the options name, connects to it, does the task, and lets go of it whatever happens. */
export async function withDeployment<T>(
  options: DeploymentOptions,
  log: (line: string) => void,
  task: (ports: CloudPorts) => Promise<T>,
): Promise<T> {
  const ports = connect(await findDeployment(deploymentAddress(options, process.env)), 'cli', log);
  try {
    return await task(ports);
  } finally {
    ports.close();
  }
}
