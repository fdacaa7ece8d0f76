import type { StackState } from '#shared/cloud/aws/stack-state.ts';
import { OUTPUTS } from '#shared/config/deployment.ts';
import { ServiceError } from '#shared/errors.ts';

const USABLE = /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE/;

/**
 * Returns a stack if it can be used. `subject` names it in errors.
 *
 * @throws ServiceError when it does not exist, is not completely deployed, is being destroyed, or could not
 *   be destroyed, which happens while its bucket is not empty.
 */
export function completeStack(subject: string, stack: StackState | undefined): StackState {
  if (stack === undefined) {
    throw new ServiceError('does not exist.', {
      subject,
      remedy: 'Deploy it (npx cdk deploy --all), or name its --region and --deployment.',
    });
  }
  const { status, reason, outputs } = stack;
  if (USABLE.test(status)) return stack;
  if (status === 'DELETE_FAILED') {
    const bucket = outputs.get(OUTPUTS.bucket) ?? 'BUCKET';
    throw new ServiceError(`could not be destroyed (${reason}).`, {
      subject,
      remedy:
        `Stop its runs, empty its bucket (aws s3 rm s3://${bucket} --recursive), ` +
        'and run npx cdk destroy --all again.',
    });
  }
  if (status === 'DELETE_IN_PROGRESS') {
    throw new ServiceError('is being destroyed.', {
      subject,
      remedy: 'Deploy it again when that has ended (npx cdk deploy --all).',
    });
  }
  throw new ServiceError(`is not completely deployed (${status}).`, {
    subject,
    remedy: 'Wait until its deployment has ended, or deploy it again.',
  });
}
