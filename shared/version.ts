/** Version of airtune, the same as in package.json. */
export const AIRTUNE_VERSION = '0.1.0';
