#!/usr/bin/env node
// The start of the `airtune` command, in a checkout and in the installed package. Plain CommonJS that every Node
// parses, so that an old one prints a line instead of a syntax error.
'use strict';

const { engines, version } = require('../package.json');

const lowest = engines.node.replace('>=', '').split('.').map(Number);
const current = process.versions.node.split('.').map(Number);

if (current[0] < lowest[0] || (current[0] === lowest[0] && current[1] < lowest[1])) {
  process.stderr.write(
    'airtune: version ' +
      version +
      ' needs Node ' +
      lowest.join('.') +
      ' or newer; this is Node ' +
      process.versions.node +
      '. Install a newer one, for example from https://nodejs.org.\n',
  );
  process.exitCode = 2;
} else {
  // Compiled code is kept in a folder of the system's temporary folder; NODE_DISABLE_COMPILE_CACHE=1 turns this off.
  require('node:module').enableCompileCache();
  require('./own-modules.cjs');
  // In a checkout package.json maps this name to the TypeScript source, in the installed package to JavaScript.
  import('#cli/airtune.ts');
}
