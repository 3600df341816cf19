// The page's module in node: goldens and vectors decode to what they shall, damage is told, and what it compresses is
// what the native program does.
//
// usage: node module_test.mjs MODULE_FOLDER LMZIP     the module with models/base.pt; LMZIP has the same model
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {readdirSync, readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {loadLmzip} from './module.mjs';

const [folder, native] = process.argv.slice(2).map(path => resolve(path));
const root = fileURLToPath(new URL('../..', import.meta.url));
const read = name => readFileSync(join(root, name));
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
const table = name => read(name).toString().trim().split('\n').filter(line => line[0] !== '#').map(line => line.split('\t'));
const samples = readdirSync(join(root, 'tests/cli/samples')).map(name => `tests/cli/samples/${name}`);
const EFFORTS = ['turbo', 'fast', 'default'];
const CODES = {'ok': 0, 'bad-magic': 3, 'unsupported': 4, 'model-mismatch': 5, 'truncated': 7, 'corrupt': 8, 'limit': 9};

const call = await loadLmzip(folder);
const about = call('about').said;
assert.equal(about.model.name, 'base');

// Models that are not there are named; a file that is none is refused; those that are added serve.
const tiny = read('tests/goldens/tiny.lmz');
let got = call('decompress', tiny, 0);
assert.equal(got.code, CODES['model-mismatch']);
assert.match(got.said, /model with id fcf5a6c9/);
got = call('add_model', read('README.md'));
assert.equal(got.code, 6);
assert.match(got.said, /not a model file/);
for (const model of ['models/tiny.pt', 'models/large.pt', 'models/tok.pt', 'tests/data/tokens.pt']) {
  assert.equal(call('add_model', read(model)).code, 0, model);
}

let goldens = 0;
for (const [name, bytes, content, , , options] of table('tests/goldens/goldens.tsv')) {
  if (name.startsWith('long-') || options?.includes('--reference')) continue;
  got = call('decompress', read(`tests/goldens/${name}.lmz`), 0);
  assert.equal(got.code, 0, `${name}: ${got.said}`);
  assert.equal(sha256(got.output), content, name);
  assert.equal(got.said.raw_bytes, +bytes);
  ++goldens;
}
let vectors = 0;
for (const [name, outcome, bytes, content] of table('tests/vectors/expected.tsv')) {
  got = call('decompress', read(`tests/vectors/${name}.lmz`), 0);
  if (name.startsWith('reference')) {  // which a page has no way to be given
    assert.equal(got.code, CODES['model-mismatch'], name);
    assert.match(got.said, /needs (a|the) reference/);
    continue;
  }
  assert.equal(got.code, CODES[outcome], `${name}: expected ${outcome}: ${JSON.stringify(got.said)}`);
  if (outcome !== 'ok') assert.ok(got.said.length > 10, name);
  assert.equal(sha256(got.output), content, name);
  ++vectors;
}

// Native, with any instruction set and any number of threads.
for (const sample of samples) {
  const content = read(sample);
  assert.equal(call('look', content).said.compressed, false);
  for (const [effort, name] of EFFORTS.entries()) {
    const expected = execFileSync(native, ['c', '-q', '-c', '--effort', name, join(root, sample)], {maxBuffer: 1 << 26});
    got = call('compress', content, effort);
    assert.equal(got.code, 0, got.said);
    assert.deepEqual(got.output, expected, `${sample}, ${name}`);
    assert.deepEqual(call('decompress', got.output, 0).output, content);
  }
  assert.equal(call('look', got.output).said.compressed, true);
  const view = call('view', content, 'a <name>', 2);
  assert.equal(view.code, 0, view.said);
  const page = execFileSync(native, ['view', '--html', '-', join(root, sample)], {maxBuffer: 1 << 26}).toString();
  const title = /<title>.*?<\/title>|<h1>.*?<\/h1>/g;
  assert.equal(view.output.toString().replaceAll(title, ''), page.replaceAll(title, ''), sample);
  assert.match(view.output.toString(), /<h1>a &lt;name&gt;<\/h1>/);
}

// Damage: told, and survived where asked for. Progress is told inside of a frame.
const text = Buffer.concat(Array(8).fill(read('tests/cli/samples/code.c')).map((part, i) => Buffer.concat([part, Buffer.from(`${i}\n`)])));
got = call('compress', text, 0);
assert.ok(got.told.length > 3);
assert.deepEqual(got.told.map(([raw]) => raw), got.told.map(([raw]) => raw).sort((a, b) => a - b));
const damaged = Buffer.from(got.output);
damaged[damaged.length >> 1] ^= 16;
got = call('decompress', damaged, 0);
assert.equal(got.code, CODES.corrupt);
assert.match(got.said, /content 0 to|frame|check/);
got = call('decompress', damaged, 1);
assert.equal(got.code, 0);
assert.ok(got.said.damage.length === 1 && got.output.length < text.length);
assert.equal(call('decompress', read('README.md'), 0).code, CODES['bad-magic']);
console.log(`${goldens} goldens and ${vectors} vectors as expected; ${samples.length} samples the same bytes as native, ${EFFORTS.length} efforts`);
