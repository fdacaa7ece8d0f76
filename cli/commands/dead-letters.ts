import { Command } from 'commander';
import { deploymentOptions, withDeployment } from '#cli/deployment/with-deployment.ts';
import { placeArgument } from '#cli/options/place-option.ts';
import type { Terminal } from '#cli/terminal.ts';
import {
  describeBody,
  type ListedDeadLetter,
  redrive,
  withDeadLetters,
} from '#run/deployment/dead-letters.ts';
import type { DeploymentOptions } from '#run/deployment/deployment-address.ts';
import { printable } from '#shared/printable.ts';

/** `airtune dead-letters [RUN]`: lists dead letters with their reasons, or sends them again. */
export function deadLettersCommand(terminal: Terminal): Command {
  const command = new Command('dead-letters')
    .addArgument(placeArgument('[run]', 'only those of this run'))
    .option('--redrive', 'send them again, after their cause is mended');
  return deploymentOptions(command).action(
    async (run: string | undefined, options: DeploymentOptions & { readonly redrive?: boolean }) => {
      await withDeployment(
        options,
        terminal,
        () => {},
        async (ports) => {
          const count = await withDeadLetters(ports, run, async (letters) => {
            for (const letter of letters) terminal.stdout.write(`${describe(letter)}\n`);
            if (options.redrive) await redrive(ports, letters);
          });
          const done = options.redrive ? ' sent again' : '';
          terminal.stdout.write(`${count} dead letter${count === 1 ? '' : 's'}${done}.\n`);
        },
      );
    },
  );
}

function describe({ queue, reason, receives, body }: ListedDeadLetter): string {
  const { run, kind, round, device } = describeBody(body);
  return printable(
    `${queue.padEnd(15)}  ${run}  ${kind}  round ${round}  device ${device}  received ${receives} times: ${reason}`,
  );
}
