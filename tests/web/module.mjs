// The page's module in node: instances whose calls read and write buffers.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';

const require = createRequire(import.meta.url);

/// Of a folder that scripts/web.sh has built in.
export async function loadLmzip(folder) {
  const createLmzip = require(join(folder, 'lmzip_web.js'));
  const module = await WebAssembly.compile(readFileSync(join(folder, 'lmzip_web.wasm')));
  const job = {input: new Uint8Array(), written: [], told: []};
  const lmzip = await createLmzip({
    instantiateWasm(imports, done) {
      WebAssembly.instantiate(module, imports).then(done);
      return {};
    },
    read(place, out) {
      const bytes = job.input.subarray(place, place + out.length);
      out.set(bytes);
      return bytes.length;
    },
    write(bytes) { job.written.push(bytes); },
    progress(raw, coded) { job.told.push([raw, coded]); },
  });
  /// {code, said, output, told} of a call on `input`.
  return function call(name, input = new Uint8Array(), ...options) {
    Object.assign(job, {input, written: [], told: []});
    const types = options.map(option => typeof option);
    const code = lmzip.ccall(`lmzip_page_${name}`, 'number', types, options);
    const said = lmzip.ccall('lmzip_page_result', 'string', [], []);
    return {code, said: code === 0 ? JSON.parse(said) : said, output: Buffer.concat(job.written), told: job.told, memory: lmzip.HEAPU8?.length};
  };
}
