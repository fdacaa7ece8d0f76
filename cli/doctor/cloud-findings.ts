import { findPython } from '#local/find-python.ts';
import { endpointAddress } from '#run/hosts/endpoint-address.ts';
import type { Finding } from './finding.ts';

const ENDPOINT_TIMEOUT_MS = 3_000;

/** Python versions that the local clouds need. */
export async function pythonFindings(): Promise<readonly Finding[]> {
  const wanted = [
    { name: 'Python for MiniStack', minimumMinor: 10 },
    { name: 'Python for LocalStack', minimumMinor: 12 },
  ];
  return Promise.all(
    wanted.map(async ({ name, minimumMinor }): Promise<Finding> => {
      const python = await findPython(minimumMinor).catch(() => undefined);
      if (python !== undefined) return { name, state: 'ok', detail: `${python.version} (${python.command})` };
      const detail = `no Python 3.${minimumMinor} or newer with venv`;
      return { name, state: 'absent', detail, remedy: 'Install one, or name it in AIRTUNE_PYTHON.' };
    }),
  );
}

/** The endpoint in AWS_ENDPOINT_URL, and whether a server answers there. */
export async function endpointFinding(given: string | undefined): Promise<Finding> {
  const name = 'AWS endpoint';
  if (given === undefined || given === '') {
    return { name, state: 'absent', detail: 'AWS_ENDPOINT_URL is not set; --target aws goes to AWS itself' };
  }
  const remedy = 'Start it, or correct AWS_ENDPOINT_URL.';
  let shown = 'the address in AWS_ENDPOINT_URL';
  try {
    const endpoint = endpointAddress(given, 'AWS_ENDPOINT_URL', () => {});
    shown = endpoint;
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(ENDPOINT_TIMEOUT_MS) });
    return { name, state: 'ok', detail: `${endpoint} answers (HTTP ${answer.status})` };
  } catch {
    return { name, state: 'broken', detail: `${shown} does not answer`, remedy };
  }
}

/** Whether the environment holds credentials. Profiles and roles are not checked. */
export function credentialsFinding(environment: NodeJS.ProcessEnv): Finding {
  const name = 'AWS credentials';
  if (environment.AWS_ACCESS_KEY_ID !== undefined) {
    return { name, state: 'ok', detail: 'from AWS_ACCESS_KEY_ID' };
  }
  if (environment.AWS_PROFILE !== undefined) {
    return { name, state: 'ok', detail: `profile ${environment.AWS_PROFILE}` };
  }
  const remedy = 'Only for --target aws: set AWS_PROFILE, or any values for an emulator.';
  return { name, state: 'absent', detail: 'none in the environment', remedy };
}
