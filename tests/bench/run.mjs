/*
 * tests/bench/run.mjs [pages] [memory] [issue] [ledger] [trust] [directory] [event] [rotate] [members] - what the site can do, as one table.
 *
 * A throw-away site is started as an operator would, a member joins through the
 * web forms, and each figure is measured beside what it is compared with, in
 * turns within this run: the machine's own speed falls out of the ratio.  Exits 1 when
 * an aim is missed.  ROUNDS (7) and SECONDS (2, of each turn) may be set.
 */
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { startSite, Visitor, until } from '../flow/site.mjs';
import { hold as holdEvening, prepare } from '../flow/_evening.mjs';

const programs = path.join(process.env.BUILD ?? 'build', 'tests/bench');
const rounds = Number(process.env.ROUNDS ?? 7);
const seconds = Number(process.env.SECONDS ?? 2);
const connections = 32;
const requests = 100000;
const memoryMost = 120;
const words = process.argv.slice(2);
const wanted = (word) => words.length === 0 || words.includes(word);
const rows = [];
const started = Date.now();

const row = (what, against, figure, aim, met) => rows.push([what, against, figure, aim, met ? 'yes' : 'NO']);
const middle = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const many = (n) => Math.round(n).toLocaleString('en').replaceAll(',', ' ');
const percent = (x) => `${Math.round(x * 100)} %`;
const say = (text) => process.stderr.write(`  ${text}\n`);

function bench(program, args, input = '') {
  return execFileSync(path.join(programs, program), args, { input, stdio: ['pipe', 'pipe', 'inherit'] }).toString();
}

const freePort = () => new Promise((done) => {
  const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); });
});

// ---- a site, a member, and the empty responder ----

/* Five sealed fields: three names, birth date, nationality. */
async function join(site) {
  const address = 'ann@example.org', password = 'plenty of unrelated wooden hats';
  const v = new Visitor(site);
  await v.get(`${site.http}/join`);
  await v.send({ address, password, again: password, agree: true }, '/join');
  const { links } = await site.mail((m) => m.to.includes(address));
  await v.get(links[0]);
  await v.send({}, new URL(links[0]).pathname);
  await v.get(`${site.http}/sign-in`);
  await v.send({ address, password }, '/sign-in');
  for (const [page, fields] of [['names', { given: 'Ann', middle: 'Maria', family: 'Lindqvist' }],
    ['birth', { day: '14', month: '3', year: '1979' }], ['nationality', { nationality: 'SE' }]]) {
    await v.own(`/data/${page}`);
    await v.send(fields, `/data/${page}`);
  }
  v.password = password;
  await v.own('/password/data');
  await v.send({ password }, '/password');
  for (const shown of ['Ann', 'Maria', 'Lindqvist', '1979-03-14', 'Sweden'])
    if (!v.words.includes(shown)) throw new Error(`the page does not show ${shown}: ${v.words}`);
  return v;
}

/* A responder that does nothing, behind an nginx of the same configuration, but that a kept
   connection holds one of its threads: so fewer are kept.  bytes: as long as its answers are. */
async function reference(site, called, bytes) {
  const file = (name) => path.join(site.dir, name);
  const port = await freePort();
  const other = { [site.ports.http]: port, [site.ports.https]: await freePort(), [site.ports.cert]: await freePort() };
  const conf = fs.readFileSync(file('nginx/nginx.conf'), 'utf8').replaceAll('run/portal.sock', `run/${called}.sock`)
    .replaceAll('nginx/tmp/', `${called}/`).replace(/keepalive \d+;/, 'keepalive 10;').replace(/(listen \S+:)(\d+)/g, (_, before, was) => before + other[was]);
  fs.mkdirSync(file(called));
  fs.writeFileSync(file(`nginx/${called}.conf`), conf);
  const options = { cwd: site.dir, stdio: ['ignore', 'ignore', 'inherit'] };
  const answer = spawn(path.join(programs, 'bench_pages'), ['answer', `run/${called}.sock`, '2', '16', `${bytes}`], options);
  await until(`the ${called} responder`, () => fs.existsSync(file(`run/${called}.sock`)));
  const nginx = spawn('nginx', ['-e', 'stderr', '-p', `${site.dir}/`, '-c', `nginx/${called}.conf`], options);
  await until('its nginx', () => new Promise((done) => {
    const s = net.connect(port, '127.0.0.1', () => { s.end(); done(true); }).on('error', () => done(false));
  }));
  return { port, pids: [nginx.pid, answer.pid], stop() { nginx.kill('SIGTERM'); answer.kill('SIGTERM'); } };
}

// ---- processes ----

const children = (pid) => fs.readdirSync(`/proc/${pid}/task`).flatMap((t) =>
  fs.readFileSync(`/proc/${pid}/task/${t}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number));
const tree = (pid) => [pid, ...children(pid).flatMap(tree)];

/* Processor seconds so far by process name, of everything below these. */
function processor(pids) {
  const spent = {};
  for (const pid of pids.flatMap(tree)) {
    const [, name, rest] = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').match(/\(([^)]*)\) (.*)/);
    spent[name] = (spent[name] ?? 0) + (Number(rest.split(' ')[11]) + Number(rest.split(' ')[12])) / 100;
  }
  return spent;
}

// ---- pages ----

/* cost: microseconds of processor an answer, by process: what a busy machine does not change much. */
function load(pids, port, where, time, most) {
  const before = processor(pids);
  const [rate, p50, p99, count, bad, bytes, own] = bench('bench_pages', ['load', `${port}`, '-', `${connections}`, `${time}`,
    ...(most === undefined ? [] : [`${most}`])], `${where}\n`).trim().split(' ').map(Number);
  if (bad > 0) throw new Error(`${bad} of ${count} answers were not 200`);
  const cost = Object.entries({ ...processor(pids), client: own }).map(([name, spent]) =>
    [name, (spent - (before[name] ?? 0)) / count * 1e6]).filter(([, us]) => us >= 0.5);
  return { rate, p50: p50 / 1000, p99: p99 / 1000, bytes, all: cost.reduce((sum, [, us]) => sum + us, 0),
    cost: cost.map(([name, us]) => `${name} ${us.toFixed(0)}`).join(', ') };
}

async function pages(site, member) {
  const { body } = await new Visitor(site).get(`${site.http}/`);
  const empty = await reference(site, 'empty', 0), blank = await reference(site, 'blank', body.length);
  const rival = { empty: [], blank: [], front: [], data: [] };
  for (let i = 0; i < rounds; i++) {
    rival.empty.push(load(empty.pids, empty.port, '/', seconds));
    rival.blank.push(load(blank.pids, blank.port, '/', seconds));
    rival.front.push(load([site.child.pid], site.ports.http, '/', seconds));
    rival.data.push(load([site.child.pid], site.ports.http, `${member.root}/data`, seconds));
    for (const [name, list] of Object.entries(rival)) {
      const r = list[i];
      say(`${name.padEnd(5)} ${many(r.rate).padStart(6)}/s, p50 ${r.p50.toFixed(1)} ms, p99 ${r.p99.toFixed(1)} ms, ${r.bytes} bytes, ` +
        `processor us an answer: ${r.all.toFixed(0)} (${r.cost})`);
    }
  }
  empty.stop();
  blank.stop();
  const ratio = (name, to = 'empty') => middle(rival[name].map((r, i) => r.rate / rival[to][i].rate));
  const thrift = (name) => percent(middle(rival[name].map((r, i) => rival.empty[i].all / r.all)));
  const rate = (name) => many(middle(rival[name].map((r) => r.rate)));
  const p99 = middle(rival.data.map((r) => r.p99));
  row('public page through nginx and FastCGI', `empty libfcgi responder, ${rate('empty')}/s`,
    `${percent(ratio('front'))} (by processor time ${thrift('front')}; of blanks as long: ${percent(ratio('front', 'blank'))}), ${rate('front')}/s`, '>= 80 %', ratio('front') >= 0.8);
  row('signed-in page, five sealed fields, recorded', 'the same',
    `${percent(ratio('data'))} (by processor time ${thrift('data')}), ${rate('data')}/s, p99 ${p99.toFixed(1)} ms at ${connections}`, '>= 40 %, p99 < 10 ms', ratio('data') >= 0.4 && p99 < 10);
}

// ---- memory ----

/* MiB by process name: proportional and resident set of everything below `troth run` but nginx. */
function memory(site) {
  const found = [];
  for (const pid of tree(site.child.pid)) {
    const name = fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const of = (key) => Number(text.match(new RegExp(`^${key}:\\s+(\\d+)`, 'm'))[1]) / 1024;
    if (name !== 'nginx') found.push({ name, pss: of('Pss'), rss: of('Rss') });
  }
  return { found, pss: found.reduce((sum, p) => sum + p.pss, 0), rss: found.reduce((sum, p) => sum + p.rss, 0) };
}

/* Half of the requests public, half with five fields opened.  The caches fill in the first half of the run. */
function hold(site, member) {
  const at = [memory(site)];
  for (let i = 0; i < 2; i++) {
    load([site.child.pid], site.ports.http, '/', 600, requests / 4);
    load([site.child.pid], site.ports.http, `${member.root}/data`, 600, requests / 4);
    at.push(memory(site));
  }
  const [first, warm, end] = at.map((m) => m.pss);
  for (const p of at[2].found) say(`${p.name.padEnd(16)} PSS ${p.pss.toFixed(1)} MiB, RSS ${p.rss.toFixed(1)} MiB`);
  say(`PSS at the start ${first.toFixed(1)}, after ${many(requests / 2)} requests ${warm.toFixed(1)}, after ${many(requests)} ${end.toFixed(1)} MiB`);
  row(`memory of all our processes after ${many(requests)} requests`, `after ${many(requests / 2)}: ${warm.toFixed(1)} MiB`,
    `${end.toFixed(1)} MiB PSS (${at[2].rss.toFixed(0)} RSS), ${end < warm ? '' : '+'}${(end / warm * 100 - 100).toFixed(1)} %`,
    `< ${memoryMost} MiB, flat`, end < memoryMost && end < warm * 1.05);
}

// ---- certificates, ledger ----

/* The clerk is held meanwhile: the mails about these certificates go out later, as its own pace allows. */
function issue(site, member) {
  const clerk = site.pid('clerk');
  process.kill(clerk, 'SIGSTOP');
  const said = bench('bench_issue', [site.dir], `${member.root.slice(2)}\n`);
  process.kill(clerk, 'SIGCONT');
  const [rate, bare, p50, p99, ticket, sign, store, , keeper, signer] = said.trim().split(' ').map(Number);
  say(`issue ${many(rate)}/s, p50 ${p50} ms, p99 ${p99} ms (ticket ${ticket}, issue ${sign}, storing ${store}); processor us each: ` +
    `keeper ${keeper}, signer ${signer}; bare P-256 signing ${many(bare)}/s`);
  row('issue a P-256 certificate, 8 at a time', `one core's bare P-256 signing, ${many(bare)}/s`,
    `${many(rate)}/s, ratio ${(rate / bare).toFixed(2)}, p99 ${p99.toFixed(1)} ms`, '>= 2 500/s', rate >= 2500);
}

function ledger(site) {
  const dir = path.join(site.dir, 'bench-ledger');
  fs.mkdirSync(dir);
  const said = bench('bench_ledger', [dir]);
  fs.rmSync(dir, { recursive: true });
  said.trim().split('\n').forEach(say);
  const found = (pattern) => said.match(pattern).slice(1).map(Number);
  const append = [1, 256].map((n) => found(new RegExp(`append, ${n} a commit: (\\d+)/s; bare, one table: (\\d+)/s`)));
  for (const [i, name, aim] of [[0, 'one a commit', 0.7], [1, '256 a commit', 0.5]]) {
    const [own, bare] = append[i];
    row(`ledger append, ${name}`, `bare SQLite insert, ${many(bare)}/s`, `${percent(own / bare)}, ${many(own)}/s`, `>= ${percent(aim)}`, own / bare >= aim);
  }
  const [own, bare] = found(/verify, leaves: ([\d.]+) million\/s; bare SHA-256 ([\d.]+)/);
  row('ledger verify, one thread', `bare SHA-256, ${bare} million/s`, `${percent(own / bare)}, ${own} million/s`, '>= 60 %, >= 1.5 million/s', own / bare >= 0.6 && own >= 1.5);
  [disk] = found(/disk: fdatasync of 4 KiB p50 (\d+)/);
}

// ---- points ----

/* Reckoned from rows that are read anew: what a ticket for a named certificate waits for. */
function trust() {
  const said = bench('bench_trust', []);
  said.trim().split('\n').forEach(say);
  const [alone, read] = said.match(/reckon (\d+)\nload (\d+)/).slice(1).map(Number);
  row('points of a member with 1 000 assurances', 'the keeper store, rows read anew', `${read} us of processor, ${alone} of them reckoning`,
    '< 1 000 us', read < 1000);
}

// ---- the directory ----

function directory() {
  const said = bench('bench_directory', []);
  said.trim().split('\n').forEach(say);
  const [wall, busy] = said.match(/within 1000 km +([\d.]+) ms.*busy +([\d.]+) ms/).slice(1).map(Number);
  row('search of 10 000 lines, within 1000 km', 'the site store, no cache of ours', `${wall} ms, processor ${busy} ms`, 'processor < 10 ms', busy < 10);
}

// ---- the root key ----

function rotate() {
  const said = bench('bench_rotate', []);
  said.trim().split('\n').forEach(say);
  const [members, took, p50, p99, most] = said.match(/: (\d+) members' keys in ([\d.]+) s .* p50 ([\d.]+), p99 ([\d.]+), most ([\d.]+) ms/).slice(1).map(Number);
  row(`a new root key for ${many(members)} members`, '8 clients looking at their data meanwhile',
    `${took} s, their p50 ${p50} ms, p99 ${p99} ms, most ${most} ms`, '< 60 s, nobody waits a second', took < 60 && most < 1000);
}

// ---- what is deleted ----

function members() {
  const said = bench('bench_members', []);
  said.trim().split('\n').forEach(say);
  const [people, over, took, p99, most] = said.match(/retention: (\d+) members, (\d+) rows over, in ([\d.]+) s .* p99 ([\d.]+), most ([\d.]+) ms/).slice(1).map(Number);
  row(`a retention run of ${many(people)} members`, `${many(over)} rows are over, 8 clients looking at their data`, `${took} s, their p99 ${p99} ms, most ${most} ms`, 'nobody waits a second', most < 1000);
  const [mean, longest] = said.match(/erasure: .* in ([\d.]+) ms .* most ([\d.]+) ms/).slice(1).map(Number);
  row(`an account of ${many(people)} is erased`, "from the link to the tombstone, the keeper's time", `${mean} ms, most ${longest} ms`, '< 200 ms', longest < 200);
}

// ---- an event ----

/* A site of its own: assurers are planted while it stands still. */
async function event() {
  const own = await startSite({ sets: ['limit.mails_per_hour=10000', 'nginx.posts_per_minute=60000'] });
  const got = await holdEvening(own, await prepare(own, { guests: 50, assurers: 6 }));
  await own.stop();
  for (const [what, t] of Object.entries(got.steps))
    say(`${what.padEnd(13)} ${String(t.n).padStart(4)} times, p50 ${t.p50.toFixed(1)} ms, p99 ${t.p99.toFixed(1)} ms`);
  const list = got.steps['sign the list'], take = got.steps.take;
  row(`${got.vouched} assurances at one event, through the pages`, '6 assurers at once, 50 guests',
    `${many(got.rate)}/s, a code taken in p50 ${take.p50.toFixed(1)} ms, a list of 50 signed in p50 ${list.p50.toFixed(0)} ms`, '>= 50/s, list < 2 s', got.rate >= 50 && list.p50 < 2000);
}

// ---- the table ----

let disk;

function table() {
  const all = [['what', 'against', 'measured', 'aim', 'met?'], ...rows];
  const width = all[0].map((_, i) => Math.max(...all.map((r) => r[i].length)));
  for (const r of all) console.log(r.map((cell, i) => cell.padEnd(width[i])).join('  ').trimEnd());
  const cpu = os.cpus();
  console.log(`\n${cpu[0].model}, ${cpu.length} cores, load ${os.loadavg()[0].toFixed(1)}` +
    `${disk === undefined ? '' : `; fdatasync p50 ${disk} us`}; ${rounds} rounds of ${seconds} s, ${Math.round((Date.now() - started) / 1000)} s in all`);
}

const site = await startSite({ sets: ['limit.certificates_per_day=100000'] });
try {
  const member = await join(site);
  if (wanted('memory')) hold(site, member);
  if (wanted('pages')) await pages(site, member);
  if (wanted('issue')) issue(site, member);
  if (wanted('ledger')) ledger(site);
  if (wanted('trust')) trust();
  if (wanted('directory')) directory();
  if (wanted('rotate')) rotate();
  if (wanted('members')) members();
  if (wanted('event')) await event();
} catch (e) {
  say(`the site's log ends: ${site.log.slice(-2000)}`);
  throw e;
}
if (await site.stop() !== 0) throw new Error(site.log);
table();
process.exit(rows.every((r) => r.at(-1) === 'yes') ? 0 : 1);
