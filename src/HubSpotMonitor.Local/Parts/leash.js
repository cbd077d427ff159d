// Runs a program for as long as our standard input stays open: node leash.js program arguments...
// Whoever started us holds the other end, so the program ends with them, however they end. It gets a process group
// of its own, so that Ctrl-C in the terminal reaches only the one who knows in which order things must stop.
'use strict';
const { spawn } = require('node:child_process');

const patienceMs = 15_000;
const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { detached: process.platform !== 'win32', stdio: ['ignore', 'inherit', 'inherit'] });

child.on('error', error => {
  console.error(error.message);
  process.exit(127);
});
child.on('exit', code => process.exit(code ?? 1));

process.stdin.resume();
process.stdin.on('close', () => {
  child.kill('SIGINT'); // the one signal that Azurite listens to
  setTimeout(() => child.kill('SIGKILL'), patienceMs).unref();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {});
