'use strict';
// Behind Emscripten's createLmzip() in the page's worker: takes one job after the other as a message {job, file,
// name, effort, keepGoing}, and answers with {done}, {failed, code} or, meanwhile, {raw, coded}. A job is cancelled by
// ending the worker: while it works it hears nothing.

const PROGRESS_EVERY_MS = 100;
const CALLS = {
  about: lmzip => lmzip._lmzip_page_about(),
  look: lmzip => lmzip._lmzip_page_look(),
  compress: (lmzip, {effort}) => lmzip._lmzip_page_compress(effort),
  decompress: (lmzip, {keepGoing}) => lmzip._lmzip_page_decompress(keepGoing ? 1 : 0),
  view: (lmzip, {name, effort}) => lmzip.ccall('lmzip_page_view', 'number', ['string', 'number'], [name, effort]),
  addModel: lmzip => lmzip._lmzip_page_add_model(),
};

// An instance of the module whose calls read `job.file`, and leave what they write in `job.written`.
function makeLmzip(module) {
  const reader = new FileReaderSync();
  const job = {file: new Blob(), written: [], told: 0};
  return createLmzip({
    job,
    instantiateWasm(imports, done) {
      WebAssembly.instantiate(module, imports).then(done);
      return {};
    },
    read(place, out) {
      try {
        const bytes = new Uint8Array(reader.readAsArrayBuffer(job.file.slice(place, place + out.length)));
        out.set(bytes);
        return bytes.length;
      } catch { return -1; }
    },
    write(bytes) { job.written.push(bytes); },
    progress(raw, coded) {
      const now = performance.now();
      if (now < job.told + PROGRESS_EVERY_MS) return;
      job.told = now;
      postMessage({raw, coded});
    },
  });
}

function run(lmzip, task) {
  const job = lmzip.job;
  Object.assign(job, {file: task.file || new Blob(), written: [], told: performance.now()});
  const code = CALLS[task.job](lmzip, task);
  const said = lmzip.ccall('lmzip_page_result', 'string', [], []);
  const output = new Blob(job.written, {type: 'application/octet-stream'});  // or browsers guess an ending
  job.written = [];
  postMessage(code === 0 ? {done: JSON.parse(said), output} : {failed: said, code});
}

// The first message is the compiled module.
let lmzip;
onmessage = event => {
  if (!lmzip) {
    lmzip = makeLmzip(event.data);
  } else {
    lmzip.then(instance => run(instance, event.data)).catch(error => postMessage({failed: `a bug in lmzip: ${error}`, code: 101}));
  }
};
