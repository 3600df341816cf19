// A headless Chromium and one page in it, by the DevTools protocol over a pipe.
import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export class Browser {
  #calls = new Map();
  #listeners = [];
  #next = 1;

  /// Opens `url` in a window of that size.
  static async open(url, width = 1200, height = 900) {
    const browser = new Browser();
    browser.profile = mkdtempSync(join(tmpdir(), 'lmzip-page-'));
    browser.process = spawn('chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', `--user-data-dir=${browser.profile}`,
      `--window-size=${width},${height}`, 'about:blank'], {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
    let rest = '';
    browser.process.stdio[4].on('data', data => {
      const messages = (rest + data).split('\0');
      rest = messages.pop();
      for (const message of messages) browser.#hear(JSON.parse(message));
    });
    const {targetInfos} = await browser.#send('Target.getTargets');
    const {sessionId} = await browser.#send('Target.attachToTarget', {targetId: targetInfos.find(t => t.type === 'page').targetId, flatten: true});
    browser.session = sessionId;
    browser.requests = [];  // URLs of what the page asked the network or the disk for
    browser.errors = [];    // of its console
    browser.#listeners.push(({method, params}) => {
      if (method === 'Network.requestWillBeSent') browser.requests.push(params.request.url);
      if (method === 'Runtime.exceptionThrown') browser.errors.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
      if (method === 'Log.entryAdded' && params.entry.level === 'error') browser.errors.push(params.entry.text);
    });
    for (const domain of ['Page', 'Runtime', 'DOM', 'Network', 'Log']) await browser.call(`${domain}.enable`);
    browser.downloads = join(browser.profile, 'downloads');
    await browser.#send('Browser.setDownloadBehavior', {behavior: 'allow', downloadPath: browser.downloads, eventsEnabled: true});
    await browser.call('Page.navigate', {url});
    return browser;
  }

  call(method, params = {}) { return this.#send(method, params, this.session); }

  /// The value of an expression, or of its promise.
  async value(expression) {
    const {result, exceptionDetails} = await this.call('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true});
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }
  /// Waits until the expression is true.
  async until(expression, seconds = 60) {
    for (const end = Date.now() + 1000 * seconds; Date.now() < end; await new Promise(done => setTimeout(done, 50))) {
      if (await this.value(`!!(${expression})`).catch(() => false)) return;
    }
    const seen = await this.value('document.body.innerText').catch(() => '');
    throw new Error(`not in ${seconds} s: ${expression}; the page says:\n${seen}\n${this.errors.join('\n')}`);
  }
  /// Gives files to an input element, as a user does who chooses them.
  async giveFile(selector, path) {
    const {root} = await this.call('DOM.getDocument');
    const {nodeId} = await this.call('DOM.querySelector', {nodeId: root.nodeId, selector});
    await this.call('DOM.setFileInputFiles', {files: [path], nodeId});
  }
  /// Follows a link that downloads; the file's bytes.
  async download(selector, name) {
    const done = new Promise(resolve => this.#listeners.push(({method, params}) => {
      if (method === 'Browser.downloadProgress' && params.state === 'completed') resolve();
    }));
    await this.value(`document.querySelector('${selector}').click()`);
    await done;
    const path = join(this.downloads, name), bytes = readFileSync(path);
    rmSync(path);
    return bytes;
  }
  async press(key, code = key, text) {
    await this.call('Input.dispatchKeyEvent', {type: 'keyDown', key, code, text, windowsVirtualKeyCode: {Enter: 13, Tab: 9, ' ': 32}[key]});
    await this.call('Input.dispatchKeyEvent', {type: 'keyUp', key, code});
  }
  async theme(name) { await this.call('Emulation.setEmulatedMedia', {features: [{name: 'prefers-color-scheme', value: name}]}); }
  async screenshot(path) { writeFileSync(path, Buffer.from((await this.call('Page.captureScreenshot', {format: 'png'})).data, 'base64')); }
  async close() {
    const gone = new Promise(done => this.process.once('exit', done));
    this.#send('Browser.close').catch(() => {});
    await gone;
    rmSync(this.profile, {recursive: true, force: true, maxRetries: 5});
  }

  #send(method, params = {}, sessionId = undefined) {
    const id = this.#next++;
    this.process.stdio[3].write(`${JSON.stringify({id, method, params, sessionId})}\0`);
    return new Promise((resolve, reject) => this.#calls.set(id, {resolve, reject}));
  }
  #hear(message) {
    const call = this.#calls.get(message.id);
    if (!call) return this.#listeners.forEach(listener => listener(message));
    this.#calls.delete(message.id);
    if (message.error) call.reject(new Error(message.error.message)); else call.resolve(message.result);
  }
}
