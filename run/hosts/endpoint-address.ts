import { ConfigError } from '#shared/errors.ts';

/**
 * The address of an endpoint for use, storage and display: without user name and password. They would have no
 * effect, since requests are signed with AWS credentials.
 *
 * @param text The address as given by the user.
 * @param subject The option or variable that it came from.
 * @param notice Told if a user name or password was left out.
 * @throws ConfigError unless it is an http(s) address without a query; its message omits the address.
 */
export function endpointAddress(text: string, subject: string, notice: (line: string) => void): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new ConfigError('is not the address of an endpoint.', {
      subject,
      remedy: 'Give it as http://HOST:PORT or https://HOST.',
    });
  }
  if (url.username === '' && url.password === '') return text;
  url.username = '';
  url.password = '';
  notice(
    `airtune: warning: ${subject}: the user name and password in the address are not used; AWS credentials are.`,
  );
  return url.href.replace(/\/$/, '');
}
