// Makes one page of page.html, the worker and the module.
// usage: node assemble.mjs MODULE_FOLDER PAGE
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const [folder, page] = process.argv.slice(2);
const text = name => readFileSync(join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, name), 'utf8');
const parts = {
  WORKER: readFileSync(join(folder, 'lmzip_web.js'), 'utf8') + text('worker.js'),
  WASM: readFileSync(join(folder, 'lmzip_web.wasm')).toString('base64'),
};
// Nothing inside of a script element is escaped.
for (const [name, part] of Object.entries(parts)) {
  if (/<(\/script|!--)/i.test(part)) throw new Error(`${name} ends its element`);
}
writeFileSync(page, text('page.html').replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]));
