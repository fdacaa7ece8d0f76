import { sendMessages } from '#functions/exchange/send-message.ts';
import { type CloudPorts, connect } from '#functions/runtime/environment.ts';
import type { DeploymentAddress } from '#run/deployment/deployment-address.ts';
import { findDeployment } from '#run/deployment/find-deployment.ts';
import { stopRun } from '#run/deployment/stop-run.ts';
import { RunFailedError } from '#run/execute/run-failure.ts';
import { followRun } from '#run/follow/follow-run.ts';
import { LostMessages } from '#run/follow/lost-messages.ts';
import { nextMessages } from '#run/follow/next-messages.ts';
import type { EpochOfRun, ExecutedRun, RunHost } from './run-host.ts';

const POLL_MS = 1000;

/** The host `deployed`: a deployment's functions execute the run; this process starts and follows it. */
export async function openDeployedHost(
  address: DeploymentAddress,
  log: (line: string) => void,
): Promise<RunHost> {
  const ports = connect(await findDeployment(address), 'run', log);
  return {
    target: 'aws',
    virtualTime: false,
    encodesHere: false,
    objects: ports.objects,
    begin: (run) => begin(ports, run),
    execute: (run) => execute(ports, run, log),
    close: async () => ports.close(),
  };
}

function begin(ports: CloudPorts, { record, follower, epoch }: EpochOfRun): Promise<void> {
  return sendMessages(ports, record, nextMessages(record, follower, epoch, ports.clock.nowMs()));
}

async function execute(ports: CloudPorts, run: ExecutedRun, log: (line: string) => void): Promise<void> {
  await begin(ports, run);
  try {
    await followRun(run, {
      clock: ports.clock,
      uniform: Math.random,
      pollMs: POLL_MS,
      onTrouble: log,
      lost: new LostMessages(ports, run),
    });
  } catch (error) {
    if (error instanceof RunFailedError) await stopRun(ports.objects, run.record.run);
    throw error;
  }
  // An interrupted run is stopped, as its user expects; `--detach` starts a run that continues alone.
  if (!run.follower.finished) await stopRun(ports.objects, run.record.run);
}
