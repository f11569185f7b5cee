/* A device without a browser, for tests of the page's scripts: its time, timers, requests, streams and caches are the
   test's own. `device(folder)` is a page that hears news, `keeper(folder)` a service worker. */
"use strict";
const fs = require("fs");
const vm = require("vm");

function device(folder, without) {
  const self = { at: 0, log: [], sources: [], answer: () => ({ status: 0 }), stream: () => {}, told: [] };
  let timers = [];
  let count = 0;

  class Request {
    open(method, address) { this.address = address; this.headers = {}; }
    setRequestHeader(name, value) { this.headers[name] = value; }
    getResponseHeader() { return this.tag || null; }
    abort() { this.isAborted = true; }
    send(body) {
      self.log.push([self.at, "ask", this.headers["If-None-Match"] || body || ""]);
      const answer = self.answer(this);
      window.setTimeout(() => {
        if (!this.isAborted) {
          this.status = answer.status;
          this.responseText = JSON.stringify(answer.body || {});
          this.tag = answer.tag;
          this.onloadend();
        }
      }, answer.ms || 20);
    }
  }

  class Source {
    constructor(address) {
      this.takers = {};
      this.readyState = 0;
      self.sources.push(this);
      self.log.push([self.at, "open", address]);
      window.setTimeout(() => { self.stream(this); }, 20);
    }
    addEventListener(name, taker) { this.takers[name] = taker; }
    close() { this.isClosed = true; }
    tell(name, data) {
      if (!this.isClosed) { this.takers[name].call(this, { data: JSON.stringify(data) }); }
    }
    fail(state) {
      this.readyState = state;
      if (!this.isClosed) { this.onerror.call(this); }
    }
  }

  const window = {
    performance: { now: () => self.at }, innerWidth: 1920, innerHeight: 1080, XMLHttpRequest: Request,
    setTimeout: (run, ms) => { count += 1; timers.push({ id: count, due: self.at + ms, run: run }); return count; },
    clearTimeout: (id) => { timers = timers.filter((one) => one.id !== id); }
  };
  if (without !== "events") { window.EventSource = Source; }
  const context = vm.createContext({ window: window, XMLHttpRequest: Request });
  ["turns.js", "clock.js", "news.js"].forEach((name) => {
    vm.runInContext(fs.readFileSync(folder + "/" + name, "utf8"), context);
  });
  self.own = context.tanhui;
  self.pass = (ms) => {
    const end = self.at + ms;
    for (;;) {
      const next = timers.filter((one) => one.due <= end).sort((one, other) => one.due - other.due || one.id - other.id)[0];
      if (!next) { break; }
      timers = timers.filter((one) => one !== next);
      self.at = Math.max(self.at, next.due);
      next.run();
    }
    self.at = end;
  };
  self.timers = () => timers.length;
  const tell = (name) => (...told) => { self.told.push([self.at, name, told[0]]); return false; };
  const page = { address: (path) => path };
  ["heard", "document", "screen", "scene", "wall", "failed", "fault", "opened"].forEach((name) => { page[name] = tell(name); });
  page.gone = () => { tell("gone")(); self.news.end(); };
  self.news = self.own.news(page, self.own.timers(page.fault), without === "previews");
  /* Streams that tell everything at once and beat every ten seconds for as long as `isFlowing()`. */
  self.flow = (isFlowing) => (source) => {
    const beat = () => {
      if (isFlowing() && !source.isClosed) {
        source.tell("beat", { now: self.at });
        window.setTimeout(beat, 10000);
      }
    };
    if (isFlowing()) {
      source.tell("wall", { now: self.at, order: [] });
      beat();
    }
  };
  self.times = (kind) => self.log.filter((one) => one[1] === kind).map((one) => one[0]);
  return self;
}

function keeper(folder) {
  const self = { asked: [], server: () => { throw new Error("away"); }, timers: [] };
  const stored = new Map();
  const takers = {};
  const path = (request) => new URL(request.url || request, "http://screens").href;
  const cache = {
    match: async (request) => (stored.has(path(request)) ? stored.get(path(request)).clone() : undefined),
    put: async (request, answer) => { stored.set(path(request), answer.clone()); },
    delete: async (request) => stored.delete(path(request)),
    keys: async () => [...stored.keys()].map((url) => ({ url: url }))
  };
  const worker = {
    addEventListener: (name, taker) => { takers[name] = taker; },
    fetch: async (request) => {
      const address = new URL(request.url || request, "http://screens");
      self.asked.push(address.pathname + address.search);
      return self.server(address.pathname);
    },
    caches: { open: async () => cache }, location: { origin: "http://screens" },
    setTimeout: (run) => { self.timers.push(run); }, skipWaiting: async () => {}, clients: { claim: async () => {} }
  };
  vm.runInContext(fs.readFileSync(folder + "/worker.js", "utf8"), vm.createContext({
    self: worker, Response: Response, URL: URL, Promise: Promise
  }));
  self.tell = async (data) => {
    let waited = null;
    takers.message({ data: data, waitUntil: (promise) => { waited = promise; } });
    await waited;
  };
  /* What the page gets for a request: its status and text; null where the worker leaves it to the browser. */
  self.get = async (address, mode) => {
    let answer = null;
    takers.fetch({
      request: { url: "http://screens" + address, method: "GET", mode: mode || "no-cors" },
      respondWith: (promise) => { answer = promise; }
    });
    if (answer === null) { return null; }
    const got = await answer;
    return [got.status, await got.text()];
  };
  self.stored = () => [...stored.keys()].map((url) => new URL(url).pathname).sort();
  return self;
}

const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const play = new Function("device", "keeper", "return (async () => {" + asked.scenario + "})();");
play((without) => device(asked.folder, without), () => keeper(asked.folder)).then((result) => {
  process.stdout.write(JSON.stringify(result === undefined ? null : result));
});
