// SPDX-License-Identifier: MIT
// One decision of twelve rules and a route, the same applicants, by other
// engines and by umi: microseconds each, and a checksum over all answers that
// must be the same for all.
//
//   node bench.mjs [--build FOLDER]
import { celEnv, parse, plan } from '@bufbuild/cel';
import { ZenEngine } from '@gorules/zen-engine';
import { LogicEngine } from 'json-logic-engine';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: flag } = parseArgs({ options: { build: { type: 'string', default: 'build' } } });
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const BUILD = resolve(ROOT, flag.build);
const TIMES = 7; // the best of so many

// --- the decision, as each engine says it -----------------------------------

const v = (name) => ({ var: name });
const POOR = { or: [{ '<=': [v('dtsen_decile'), 4] }, v('pkh_graduate')] };
const JSON_LOGIC = [
  { and: [v('is_wni'), v('nik_verified')] },
  { '!==': [v('sector'), 'terlarang'] },
  { '!': [v('sikp_active')] },
  { '<=': [v('amount'), 20000000] },
  { '<=': [v('slik_grade'), 2] },
  { or: [{ '>=': [v('age_years'), 21] }, v('married')] },
  { '!': [{ in: [v('job'), ['asn', 'tni', 'polri']] }] },
  { '>=': [v('business_months'), 6] },
  { '!': [v('programme_unpaid')] },
  // a limit chosen by an inner `if` throws NaN when it is compiled
  { if: [{ in: [v('sector'), ['tani', 'kebun']] },
    { '<': [v('kur_count'), 4] }, { '<': [v('kur_count'), 2] }] },
  { or: [{ '<=': [v('amount'), 15000000] }, v('has_npwp')] },
  { '<=': [
    { '*': [{ '+': [{ '*': [v('debt_service'), v('tenor_months')] }, v('amount')] }, 100] },
    { '*': [v('income_month'), v('tenor_months'), 35] }] },
  { if: [{ and: [POOR, v('female'), { '>=': [v('subgroup_size'), 5] }] }, 0,
    { if: [POOR, 1, 2] }] },
];

const INCOME = '(debt_service * tenor_months + amount) * 100 <= income_month * tenor_months * 35';
const CEL = [
  'is_wni && nik_verified', "sector != 'terlarang'", '!sikp_active', 'amount <= 20000000',
  'slik_grade <= 2', 'age_years >= 21 || married', "!(job in ['asn', 'tni', 'polri'])",
  'business_months >= 6', '!programme_unpaid',
  "kur_count < (sector in ['tani', 'kebun'] ? 4 : 2)", 'amount <= 15000000 || has_npwp', INCOME,
  '(dtsen_decile <= 4 || pkh_graduate) && female && subgroup_size >= 5 ? 0 : ' +
    '(dtsen_decile <= 4 || pkh_graduate) ? 1 : 2',
];
const ZEN = CEL.map((text) => text.replaceAll('&&', 'and').replaceAll('||', 'or')
  .replace(/!(?=[a-z(])/g, 'not '));

// --- answers ----------------------------------------------------------------

const RULES = 12;
const ALL = (1 << RULES) - 1;

// As bench_decision.c: a bit per rule that passes, then the row of the route.
function code(answers) {
  let mask = 0;
  for (let k = 0; k < RULES; k++) if (answers[k]) mask |= 1 << k;
  return mask * 4 + (mask === ALL ? Number(answers[RULES]) : 3);
}
const add = (sum, c) => (Math.imul(sum, 31) + c) >>> 0;

function show(name, seconds, count, sum) {
  const us = (seconds / count) * 1e6;
  console.log(`${name.padEnd(44)} ${us.toFixed(3).padStart(9)} us   ${sum}`);
}

const cpu = () => { const u = process.cpuUsage(); return (u.user + u.system) / 1e6; };

// Processor time of this process: with ZEN all its threads count.
async function measure(name, people, decide) {
  let best = Infinity, sum = 0;
  for (let t = 0; t < TIMES; t++) {
    const start = cpu();
    sum = 0;
    for (const p of people) sum = add(sum, code(await decide(p)));
    best = Math.min(best, cpu() - start);
  }
  show(name, best, people.length, sum);
  return sum;
}

// Without await: a promise for each would be most of what is measured.
function measureSync(name, people, decide) {
  let best = Infinity, sum = 0;
  for (let t = 0; t < TIMES; t++) {
    const start = cpu();
    sum = 0;
    for (let r = 0; r < 20; r++) {
      sum = 0;
      for (const p of people) sum = add(sum, code(decide(p)));
    }
    best = Math.min(best, (cpu() - start) / 20);
  }
  show(name, best, people.length, sum);
  return sum;
}

// --- the engines ------------------------------------------------------------

function jsonLogic(people) {
  const engine = new LogicEngine();
  const built = engine.build(JSON_LOGIC);
  return [measureSync('json-logic-engine, compiled', people, built),
    measureSync('json-logic-engine, interpreted', people, (p) => engine.run(JSON_LOGIC, p))];
}

function cel(people) {
  const run = plan(celEnv(), parse(`[${CEL.join(', ')}]`));
  const exact = people.map((p) => Object.fromEntries(Object.entries(p).map(
    ([name, x]) => [name, typeof x === 'number' ? BigInt(x) : x])));
  return measureSync('@bufbuild/cel, planned', exact, (p) => [...run(p)]);
}

async function zen(people) {
  const at = { position: { x: 0, y: 0 } };
  const decision = new ZenEngine().createDecision({
    nodes: [
      { id: 'in', type: 'inputNode', name: 'in', ...at },
      { id: 'rules', type: 'expressionNode', name: 'rules', ...at, content: {
        expressions: ZEN.map((value, k) => ({ id: `e${k}`, key: `r${k}`, value })) } },
      { id: 'out', type: 'outputNode', name: 'out', ...at },
    ],
    edges: [
      { id: 'a', sourceId: 'in', targetId: 'rules', type: 'edge' },
      { id: 'b', sourceId: 'rules', targetId: 'out', type: 'edge' },
    ],
  });
  return measure('@gorules/zen-engine, decision graph', people, async (p) => {
    const { result } = await decision.evaluate(p);
    return ZEN.map((_, k) => result[`r${k}`]);
  });
}

// --- umi --------------------------------------------------------------------

function library() {
  const { stdout, stderr } = spawnSync(join(BUILD, 'tests/bench/bench_decision'),
    { cwd: ROOT, encoding: 'utf8' });
  const sum = Number(/checksum (\d+)/.exec(stderr)[1]);
  const names = {
    decision_12_rules_record: 'umi, library, with its record',
    decision_12_rules_json: 'umi, library, explained as JSON',
  };
  for (const line of stdout.trim().split('\n').map((text) => JSON.parse(text))) {
    if (line.name === 'decision_12_rules_record')
      show('(by hand in C)', line.floor / 1e9, 1, sum);
    show(names[line.name], line.value / 1e9, 1, sum);
  }
  return sum;
}

const children = () => { // processor time of a child, as the shell tells it
  const at = (text) => { const [m, s] = text.split('m'); return Number(m) * 60 + parseFloat(s); };
  return (out) => out.trim().split('\n').slice(-1)[0].split(' ').map(at).reduce((a, b) => a + b);
};

function screen(lines) {
  const COPIES = 20;
  const folder = mkdtempSync(join(tmpdir(), 'umi-peers-'));
  const [input, output] = [join(folder, 'in.jsonl'), join(folder, 'out.jsonl')];
  writeFileSync(input, lines.join('\n').concat('\n').repeat(COPIES));
  const args = ['screen', '--rules', join(ROOT, 'tests/bench/peers/decision.yaml'),
    '--on', '2026-11-22', input];
  let best = Infinity;
  for (let t = 0; t < TIMES; t++) {
    const told = execFileSync('/bin/sh', ['-c', '"$0" "$@" >"$OUT"; times', join(BUILD, 'umi'), ...args],
      { env: { ...process.env, OUT: output }, encoding: 'utf8' });
    best = Math.min(best, children()(told));
  }
  let sum = 0;
  for (const line of readFileSync(output, 'utf8').split('\n').slice(0, lines.length)) {
    const d = JSON.parse(line);
    const failed = new Set(d.products[0].reasons.map((r) => Number(r.code.slice(1))));
    const row = d.products.findIndex((p) => p.product === d.route);
    sum = add(sum, code([...Array.from({ length: RULES }, (_, k) => !failed.has(k)), row]));
  }
  rmSync(folder, { recursive: true });
  show('umi screen, whole program, JSON to JSON', best, lines.length * COPIES, sum);
  return sum;
}

// --- the run ----------------------------------------------------------------

const lines = execFileSync(join(BUILD, 'tests/bench/bench_decision'), ['--people'],
  { encoding: 'utf8' }).trim().split('\n');
const people = lines.map((line) => {
  const { id, ...facts } = JSON.parse(line);
  for (const name of ['amount', 'debt_service', 'income_month']) facts[name] = Number(facts[name]);
  return facts;
});
console.log(`${people.length} applicants; processor time a decision, best of ${TIMES}; checksum`);
const sums = [library(), screen(lines), ...jsonLogic(people), cel(people), await zen(people)];
const equal = sums.every((s) => s === sums[0]);
console.log(equal ? 'all answers are equal' : 'THE ANSWERS DIFFER');
process.exit(equal ? 0 : 1);
