// The built page in headless Chromium, from the disk: chooses files, presses keys, reads what it says, downloads what it
// makes.
//
// usage: node page_test.mjs PAGE.html LMZIP SHOTS     the page with models/base.pt; SHOTS: a folder for screenshots
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {Browser} from './browser.mjs';

const [page, native, shots] = process.argv.slice(2).map(path => resolve(path));
const root = fileURLToPath(new URL('../..', import.meta.url));
const sample = name => join(root, 'tests/cli/samples', name);
mkdirSync(shots, {recursive: true});
const url = pathToFileURL(page).href;
const browser = await Browser.open(url);

const text = id => browser.value(`document.getElementById('${id}').hidden ? '' : document.getElementById('${id}').textContent`);
const click = selector => browser.value(`document.querySelector('${selector}').click()`);
const chosen = () => browser.value('document.activeElement.dataset.job');
const scratch = (name, bytes) => {
  const path = join(shots, name);
  writeFileSync(path, bytes);
  return path;
};
async function choose(path) {
  const name = path.split('/').pop();
  await browser.giveFile('#file', path);
  await browser.until(`document.getElementById('what').textContent.startsWith(${JSON.stringify(`${name}, `)}) && document.activeElement.dataset.job`);
}
// Ends with a result, or with an error: what it says.
async function ended() {
  await browser.until("document.getElementById('work').hidden && !document.getElementById('status').textContent.endsWith('\u2026')", 240);
  return `${await text('status')} ${await text('error')}`;
}
async function shoot(name) {
  for (const theme of ['light', 'dark']) {
    await browser.theme(theme);
    await new Promise(done => setTimeout(done, 300));
    await browser.screenshot(join(shots, `${name}-${theme}.png`));
  }
}
const press = () => browser.press('Enter', 'Enter', '\r');

try {
  await browser.until("document.getElementById('about').textContent.includes('base')");
  await shoot('start');

  // What bytes cost: the first button has the focus, Enter presses it; then the download has it.
  await choose(sample('code.c'));
  assert.equal(await chosen(), 'view');
  await press();
  assert.match(await ended(), /^1,715 bytes would take \d+\. $/);
  assert.equal(await browser.value('document.activeElement.download'), 'code.c.html');
  await new Promise(done => setTimeout(done, 500));
  await shoot('view');
  const view = (await browser.download('#download a', 'code.c.html')).toString();
  assert.match(view, /<title>code.c: what each byte cost<.title>/);

  // Compressed and restored: the native program's bytes.
  await browser.value("document.getElementById('effort').value = '0'");
  await click('[data-job=compress]');
  assert.match(await ended(), /^1,715 bytes became \d+, \d\.\d{3} bits a byte\. $/);
  const coded = await browser.download('#download a', 'code.c.lmz');
  assert.deepEqual(coded, execFileSync(native, ['c', '-q', '-c', '--effort', 'turbo', sample('code.c')]));
  await choose(scratch('code.c.lmz', coded));
  assert.equal(await chosen(), 'decompress');
  await press();
  assert.match(await ended(), /bytes became 1,715, and every check was right\. $/);
  assert.deepEqual(await browser.download('#download a', 'code.c'), readFileSync(sample('code.c')));
  await shoot('restored');

  // Damage: told as an alert; what is whole can be had.
  const frames = execFileSync(native, ['c', '-q', '-c', '--effort', 'turbo', '--frame-size', '1000', sample('code.c')]);
  frames[frames.length - 60] ^= 1;
  await choose(scratch('damaged.lmz', frames));
  await press();
  assert.match(await ended(), /damaged.lmz was not changed\. .*(check|damage)/);
  assert.equal(await browser.value("document.getElementById('error').role"), 'alert');
  await shoot('damaged');
  await click('#salvage');
  assert.match(await ended(), /^1,000 bytes were saved\. Damaged in 1 places; what is whole was restored\. The first: /);
  assert.deepEqual(await browser.download('#download a', 'damaged'), readFileSync(sample('code.c')).subarray(0, 1000));

  // Another model: named; added, it serves.
  const tiny = join(root, 'tests/goldens/tiny.lmz');
  await choose(tiny);
  await press();
  assert.match(await ended(), /tiny.lmz was not changed\. this needs the model with id fcf5a6c9, which is not in this page: add its .pt file/);
  await shoot('model');
  await browser.giveFile('#model', join(root, 'README.md'));
  await browser.until("/not a model file/.test(document.getElementById('error').textContent)");
  await browser.giveFile('#model', join(root, 'models/tiny.pt'));
  await browser.until("document.querySelector('#models li')?.textContent.startsWith('tiny (fcf5a6c9')");
  await click('[data-job=decompress]');
  assert.match(await ended(), /bytes became 400, and every check was right\. $/);

  // Cancelled in the middle, by the keyboard, with the page awake; then it works again, and knows the model still.
  await choose(scratch('long.txt', Buffer.from(Array.from({length: 400000}, (_, i) => `${i * i} `).join(''))));
  await browser.value("document.getElementById('effort').value = '0'");
  await click('[data-job=compress]');
  await browser.until("document.getElementById('progress').value > 0");
  assert.equal(await browser.value('document.activeElement.id'), 'cancel');
  await shoot('working');
  await press();
  assert.equal(await ended(), 'Cancelled. ');
  await choose(tiny);
  await press();
  assert.match(await ended(), /bytes became 400, and every check was right\. $/);

  // The network is closed to it, and it asked for nothing.
  assert.deepEqual([...new Set(browser.requests)].filter(request => !request.startsWith('blob:')), [url]);
  assert.deepEqual(browser.errors, []);
  assert.equal(await browser.value("fetch('http://127.0.0.1:9/').then(() => 'sent', error => error.name)"), 'TypeError');
  assert.ok(browser.errors.some(error => error.includes('Content Security Policy')), browser.errors.join('\n'));
  console.log('the page shows costs, compresses, restores, tells of damage and of models, and is cancelled');
} catch (error) {
  await browser.screenshot(join(shots, 'failed.png'));
  throw error;
} finally {
  await browser.close();
}
