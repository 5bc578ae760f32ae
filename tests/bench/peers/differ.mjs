// SPDX-License-Identifier: MIT
// The expressions of umi beside those of @bufbuild/cel: random typed ones over
// random facts, where both speak the same language.  Answers must be equal,
// and what is an error to one is an error to the other.  A fact that is absent
// is an unknown to umi and an error to CEL; where umi settles the answer all
// the same, CEL must give that answer whatever the fact turns out to be.
//
//   node differ.mjs [--count N] [--seed N] [--umi PATH]
import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values: flag } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    umi: { type: 'string', default: '../../../build/umi' },
  },
});
const COUNT = Number(flag.count);
const SEED = Number(flag.seed);
const BATCH = 2000;

// Where the oracle is known to leave CEL; the maker below avoids them, and
// the run says so when one is mended.
const KNOWN = [
  ["int('') is an error", "int('')"],
  ["int() reads decimal digits only", "int('0x1f')"],
  ["-(-(x)) overflows at -2^63", '-(-(-9223372036854775807 - 1)) == 0'],
];

// --- chance ---------------------------------------------------------------

let state = SEED >>> 0;
function below(n) {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % n;
}
const oneOf = (list) => list[below(list.length)];
const oneIn = (n) => below(n) === 0;

// --- facts ----------------------------------------------------------------

const INTS = [
  0n, 1n, -1n, 2n, 3n, 7n, 10n, 21n, 64n, 100n, -7n, 20000000n, 2147483648n,
  3037000500n, 9223372036854775807n, -9223372036854775807n,
];
const LOWEST = -(2n ** 63n);
const TEXTS = [
  '', 'a', 'b', 'ab', 'ba', 'tani', 'kebun', 'tani ternak', 'A', '0', '17',
  'é', '日本', '🐱', 'a🐱b', "it's", 'x\\y', 'a\nb',
];
const FACTS = {
  b0: 'bool', b1: 'bool', b2: 'bool', i0: 'int', i1: 'int', i2: 'int',
  s0: 'string', s1: 'string', li: 'list<int>', ls: 'list<string>',
};
const NAMES = Object.keys(FACTS);
const named = (type) => NAMES.filter((n) => FACTS[n] === type);
const BY_TYPE = Object.fromEntries(
  Object.values(FACTS).map((type) => [type, named(type)]));

const someInt = () => (oneIn(3) ? BigInt(below(201) - 100) :
  oneIn(30) ? LOWEST : oneOf(INTS));

function some(type) {
  if (type === 'bool') return oneIn(2);
  if (type === 'int') return someInt();
  if (type === 'string') return oneOf(TEXTS);
  return Array.from({ length: below(4) },
    () => some(type === 'list<int>' ? 'int' : 'string'));
}

function wire(v) { // as umi reads it
  if (typeof v === 'boolean') return { t: 'bool', v };
  if (typeof v === 'bigint') return { t: 'int', v: String(v) };
  if (typeof v === 'string') return { t: 'string', v };
  return { t: 'list', v: v.map(wire) };
}

// --- expressions ----------------------------------------------------------

function quote(s) {
  const q = s.includes("'") || oneIn(2) ? '"' : "'";
  return q + s.replaceAll('\\', '\\\\').replaceAll('\n', '\\n') + q;
}

function literal(type) {
  const v = some(type);
  if (type === 'string') return quote(v);
  if (Array.isArray(v)) return list(type, 0);
  return v === LOWEST ? String(LOWEST + 1n) : String(v);
}

function leaf(type) {
  return oneIn(3) ? literal(type) : oneOf(BY_TYPE[type]);
}

const elem = (type) => (type === 'list<int>' ? 'int' : 'string');
function list(type, depth) { // never empty: [] has no type of its own
  const n = 1 + below(4);
  return `[${Array.from({ length: n }, () => make(elem(type), depth)).join(', ')}]`;
}

const choice = (type, d) =>
  `(${make('bool', d)} ? ${make(type, d)} : ${make(type, d)})`;
const infix = (type, op, d) => `(${make(type, d)} ${op} ${make(type, d)})`;
const anyList = () => oneOf(['list<int>', 'list<string>']);
const of = (d) => (type) => make(type, d);

const MAKERS = {
  bool: [
    (d) => infix('bool', '&&', d), (d) => infix('bool', '||', d),
    (d) => infix('bool', oneOf(['&&', '||']), d),
    (d) => `!${make('bool', d)}`,
    (d) => choice('bool', d),
    (d) => infix('int', oneOf(['<', '<=', '>', '>=', '==', '!=']), d),
    (d) => infix('int', oneOf(['<', '<=', '>', '>=', '==', '!=']), d),
    (d) => infix('string', oneOf(['<', '<=', '>', '>=', '==', '!=']), d),
    (d) => infix('bool', oneOf(['==', '!=', '<', '>=']), d),
    (d) => infix(anyList(), oneOf(['==', '!=']), d),
    (d) => { const t = anyList(); return `(${make(elem(t), d)} in ${make(t, d)})`; },
    (d) => `${make('string', d)}.${oneOf(['contains', 'startsWith', 'endsWith'])}` +
      `(${make('string', d)})`,
    (d) => `bool(${oneIn(4) ? make('string', d) : oneOf(["'true'", "'f'", "'1'", "'yes'"])})`,
  ],
  int: [
    (d) => infix('int', oneOf(['+', '-']), d), (d) => infix('int', '*', d),
    (d) => infix('int', oneOf(['/', '%']), d),
    (d) => infix('int', oneOf(['+', '-', '*', '/', '%']), d),
    (d) => choice('int', d),
    (d) => `size(${make(oneOf(['string', anyList()]), d)})`,
    (d) => `${make(oneOf(['string', anyList()]), d)}.size()`,
    (d) => `-${oneOf(BY_TYPE.int)}`,
    (d) => `${make('list<int>', d)}[${oneIn(2) ? below(4) : make('int', d)}]`,
    () => `int(${oneOf(["'17'", "'-4'", "'abc'", "'9223372036854775807'",
      "'9223372036854775808'", "'1.5'", 'i0'])})`,
  ],
  string: [
    (d) => infix('string', '+', d), (d) => choice('string', d),
    (d) => `string(${make(oneOf(['int', 'bool', 'string']), d)})`,
    (d) => `${make('list<string>', d)}[${oneIn(2) ? below(4) : make('int', d)}]`,
  ],
  'list<int>': [
    (d) => list('list<int>', d), (d) => infix('list<int>', '+', d),
    (d) => choice('list<int>', d),
  ],
  'list<string>': [
    (d) => list('list<string>', d), (d) => infix('list<string>', '+', d),
    (d) => choice('list<string>', d),
  ],
};

function make(type, depth) {
  if (depth <= 0 || oneIn(6)) return leaf(type);
  return oneOf(MAKERS[type])(depth - 1 - below(2));
}

function question(id) {
  const type = oneOf(['bool', 'bool', 'bool', 'int', 'int', 'string', 'list<int>', 'list<string>']);
  let expr;
  do // within the limits of umi: 2,000 characters, 200 nodes, 32 brackets
    expr = make(type, 1 + below(5));
  while (expr.length > 700);
  const facts = {}, bindings = {};
  for (const name of NAMES) {
    if (oneIn(12)) {
      facts[name] = { t: 'unknown', type: FACTS[name].replace(/<.*/, '') };
      continue;
    }
    bindings[name] = some(FACTS[name]);
    facts[name] = wire(bindings[name]);
  }
  return { id: String(id), expr, facts, bindings };
}

// --- answers --------------------------------------------------------------

const env = celEnv();

const CLASSES = [ // of a message of the oracle, of a code of umi
  ['E202', /divi|modul/i], ['E207', /index|out of/i],
  ['E208', /convert|BigInt|unable/i], ['E201', /overflow|out of range|range/i],
];
const classOf = (message) =>
  (CLASSES.find(([, like]) => like.test(message)) ?? ['?'])[0];

function plain(v) { // one text for equal values
  if (typeof v === 'bigint') return `int ${v}`;
  if (typeof v === 'boolean') return `bool ${v}`;
  if (typeof v === 'string') return `string ${JSON.stringify(v)}`;
  return `[${[...v].map(plain).join(', ')}]`;
}

function plainWire({ t, v }) {
  if (t === 'list') return `[${v.map(plainWire).join(', ')}]`;
  return `${t} ${t === 'string' ? JSON.stringify(v) : v}`;
}

function byCel(run, bindings) {
  try {
    const v = run(bindings);
    return isCelError(v) ? { error: v.message } : { value: plain(v) };
  } catch (e) {
    return { error: e.message };
  }
}

function same(ours, theirs) {
  if (ours.value) return plainWire(ours.value) === theirs.value;
  if (theirs.value !== undefined) return false;
  return ours.unknown !== undefined || /^E2/.test(ours.error.code);
}

// CEL stops at a fact that is absent, or at an error beside it; umi waits for
// the fact, and may need neither.
const early = (q, ours, theirs) =>
  theirs.error?.startsWith('unresolved') ? !ours.unknown :
    ours.value && theirs.error && NAMES.some((n) => !(n in q.bindings));

// Whether no value of the absent facts gives another answer than umi has
// settled.  An error may come out: a choice between two equal branches does
// not wait for its condition, which may turn out to be one.
function settled(run, q, ours) {
  for (let i = 0; i < 8; i++) {
    const all = { ...q.bindings };
    for (const name of NAMES) all[name] ??= some(FACTS[name]);
    const theirs = byCel(run, all);
    if (!(ours.value && theirs.error) && !same(ours, theirs)) return false;
  }
  return true;
}

// --- the run --------------------------------------------------------------

const umi = spawn(flag.umi, ['rules', 'eval', '--jsonl', '--lang', 'en'],
  { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: umi.stdout })[Symbol.asyncIterator]();
const tally = { value: 0, unknown: 0, error: 0, settled: 0 };
const errors = {};
let differences = 0;

async function ask(batch) {
  const text = batch.map(({ id, expr, facts }) => JSON.stringify({ id, expr, facts }) + '\n');
  if (!umi.stdin.write(text.join(''))) await once(umi.stdin, 'drain');
  const answers = [];
  while (answers.length < batch.length)
    answers.push(JSON.parse((await lines.next()).value));
  return answers;
}

const planned = (q) => plan(env, parse(q.expr));

function judge(q, ours) {
  const run = planned(q);
  const theirs = byCel(run, q.bindings);
  tally[ours.value ? 'value' : ours.unknown ? 'unknown' : 'error']++;
  const ahead = early(q, ours, theirs);
  if (ours.error && !ahead) {
    const key = `${ours.error.code} ${classOf(theirs.error ?? 'none')}`;
    errors[key] = (errors[key] ?? 0) + 1;
  }
  if (ahead) tally.settled++;
  if (ours.id === q.id && (ahead ? settled(run, q, ours) : same(ours, theirs))) return;
  if (++differences <= 20)
    console.log(JSON.stringify({ expr: q.expr, facts: q.facts, ours, theirs }));
}

for (const [why, expr] of KNOWN) {
  const q = { id: why, expr, facts: {}, bindings: {} };
  const [ours] = await ask([q]);
  console.log(`left out: ${why}; the oracle ${same(ours, byCel(planned(q), {})) ? 'AGREES NOW' : 'differs'}`);
}
console.log(`seed ${SEED}, ${COUNT} expressions`);
const start = Date.now();
for (let done = 0; done < COUNT; done += BATCH) {
  const batch = Array.from({ length: Math.min(BATCH, COUNT - done) }, (_, i) => question(done + i));
  const answers = await ask(batch);
  batch.forEach((q, i) => judge(q, answers[i]));
}
umi.stdin.end();
console.log(`${tally.value} values, ${tally.unknown} unknown, ${tally.error} errors; ` +
  `${tally.settled} settled by umi without the facts that CEL waits for; ` +
  `in ${Math.round((Date.now() - start) / 1000)} s`);
console.log(`errors as umi and the oracle call them: ${JSON.stringify(errors)}`);
console.log(`seed ${SEED}: ${differences} differences`);
process.exitCode = differences > 0 ? 1 : 0;
