import { Command } from 'commander';
import { credentialsFinding, endpointFinding, pythonFindings } from '#cli/doctor/cloud-findings.ts';
import { onnxFinding, tfjsFinding } from '#cli/doctor/engine-findings.ts';
import { findingsTable } from '#cli/doctor/finding.ts';
import { graphicsFinding, machineFinding, nodeFinding } from '#cli/doctor/machine-findings.ts';
import { torchFinding } from '#cli/doctor/torch-finding.ts';
import type { Terminal } from '#cli/terminal.ts';
import { ConfigError } from '#shared/errors.ts';

/** `airtune doctor`: reports the parts of this machine, with a remedy for each missing one. */
export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .option('--json', 'one JSON object a finding')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const findings = [
        nodeFinding(process.versions.node),
        machineFinding(),
        await graphicsFinding(),
        await onnxFinding(),
        await tfjsFinding(),
        await torchFinding(),
        ...(await pythonFindings()),
        await endpointFinding(terminal.env.AWS_ENDPOINT_URL),
        credentialsFinding(terminal.env),
      ];
      terminal.stdout.write(
        json
          ? findings.map((finding) => `${JSON.stringify(finding)}\n`).join('')
          : `${findingsTable(findings)}\n`,
      );
      const broken = findings.filter(({ state }) => state === 'broken');
      if (broken.length > 0) {
        throw new ConfigError(`${broken.map(({ name }) => name).join(', ')} cannot be used as it is.`, {
          remedy: 'See the lines marked !! above.',
        });
      }
    });
}
