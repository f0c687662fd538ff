// Reads {"rule": ..., "data": ...} as JSON lines and prints for each what json-logic-js makes of
// it: {"error": "..."} if it throws, or {"value": ..., "nan": ..., "inexact": ...}: whether a step
// made NaN or an infinity, and whether one left the range where doubles and decimals are exact.
//
// usage: node evaluate.cjs FOLDER_WITH_NODE_MODULES < lines
'use strict';

const path = require('node:path');
const readline = require('node:readline');
const fromFolder = require('node:module').createRequire(path.resolve(process.argv[2], 'x.js'));

const library = 'json-logic-js';
const reference = fromFolder(library);
delete require.cache[fromFolder.resolve(library)];
const observed = fromFolder(library); // a second copy, whose arithmetic is watched

let nan = false;
let inexact = false;

function watch(number) {
  if (typeof number !== 'number') return number;
  if (!Number.isFinite(number)) {
    nan = true;
  } else if (Math.abs(number) >= 2 ** 40 || !Number.isInteger(number * 2 ** 10)) {
    inexact = true;
  }
  return number;
}

const add = (a, b) => watch(watch(parseFloat(a)) + watch(parseFloat(b)));
const multiply = (a, b) => watch(watch(parseFloat(a)) * watch(parseFloat(b)));
observed.add_operation('+', (...all) => all.reduce(add, 0));
observed.add_operation('*', (...all) => all.reduce(multiply));
observed.add_operation('-', (a, b) => watch(b === undefined ? -a : a - b));
observed.add_operation('max', (...all) => watch(Math.max(...all)));
observed.add_operation('min', (...all) => watch(Math.min(...all)));

function outcome({rule, data}) {
  let value;
  try {
    value = reference.apply(rule, data);
  } catch (error) {
    return {error: String(error.message)};
  }
  nan = inexact = false;
  observed.apply(rule, data);
  return {value, nan, inexact};
}

const nullForUndefined = (name, value) => (value === undefined ? null : value);

readline.createInterface({input: process.stdin}).on('line', (line) => {
  process.stdout.write(JSON.stringify(outcome(JSON.parse(line)), nullForUndefined) + '\n');
});
