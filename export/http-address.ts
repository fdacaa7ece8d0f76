import { ConfigError } from '#shared/errors.ts';

/** A server's address, and the header Authorization for it. */
export interface HttpAddress {
  /** Without user name, password and slash at its end, so that it can be printed and stored. */
  readonly url: string;
  /** Basic authorization by the user name and password in the address; undefined without them. */
  readonly authorization: string | undefined;
}

/** The text of an error about an invalid address. It omits the address, which may contain a password. */
export interface AddressFault {
  readonly subject: string;
  readonly message: string;
  readonly remedy: string;
}

/** @throws ConfigError for anything but an http(s) address without a query */
export function httpAddress(text: string | undefined, fault: AddressFault): HttpAddress {
  const { subject, message, remedy } = fault;
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new ConfigError(message, { subject, remedy });
  }
  const authorization =
    url.username === '' && url.password === ''
      ? undefined
      : basicAuthorization(decoded(url.username, fault), decoded(url.password, fault));
  url.username = '';
  url.password = '';
  return { url: url.href.replace(/\/+$/, ''), authorization };
}

export function basicAuthorization(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

function decoded(text: string, { subject }: AddressFault): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ConfigError('has a user name or password that is not encoded as in addresses.', {
      subject,
      remedy: 'Write % as %25.',
      cause,
    });
  }
}
