/** Version of airtune, as package.json has it. */
export const AIRTUNE_VERSION = '0.1.0';
