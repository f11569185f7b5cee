/* A screen: shows what is on by the server's time, takes in news, says how old it all is, and is never blank. */
(function (own) {
  "use strict";
  var SILENT = 20000; // milliseconds without a word until the screen says so
  var SLEPT = 5000; // since the last tick: the device was asleep
  var body = document.body;
  var base = body.getAttribute("data-base");
  var assets = body.getAttribute("data-assets");
  var isPreview = body.hasAttribute("data-preview");
  var isKept = body.hasAttribute("data-kept"); // the worker gave the page, not the server
  var shown = null; // what the server told last: screen and wall
  var pending = {}; // scenes that count with the next wall
  var heardAt = null; // by own.mono(); null: not since the page began
  var hasAge = true; // whether anybody knows the time
  var since = 0; // when a kept document was confirmed last
  var isGone = false;
  var fault = "";
  var kept = "";
  var asked = "";
  var turn = { scene: "", sheet: 0, left_ms: 0 };
  var ticked = { mono: own.mono(), device: Date.now() };

  var clock = own.clock();
  var later = own.timers(note);
  var keeper = own.keeper(base, isPreview);
  var view = own.view(document.getElementById("stage"), document.getElementById("banner"), later, note);
  var renew = own.renewal(assets);
  var rotating = own.rotating(address, later, function (now) { heard(now); });
  var news = own.news({
    address: address, heard: heard, document: take, screen: takeScreen, scene: takeScene, wall: takeWall, gone: end,
    failed: failed, fault: note, opened: function () { pending = {}; }
  }, later, isPreview);

  function note(error) {
    fault = String((error && error.message) || error).slice(0, 200);
  }

  /* Where to ask: with what the page was asked with, and this window's shape unless the page's address names one. */
  function address(path) {
    var query = window.location.search.slice(1);
    var parts = query ? [query] : [];
    if (!/(^|&)shape=/.test(query)) {
      parts.push("shape=" + own.nearest(window.innerWidth, window.innerHeight));
    }
    return base + path + "?" + parts.join("&");
  }

  // What the server tells.

  function heard(now, sentAt) {
    heardAt = own.mono();
    if (typeof now === "number") {
      clock.hear(now, sentAt);
      hasAge = true;
    }
    if (clock.doubtful) {
      later("time", 1000, function () { news.ask(true); });
    }
  }

  function failed() {
    if (heardAt === null && shown) {
      tick();
    }
  }

  function take(told) {
    if (isGone || !told.wall.scenes || !told.screen.items) {
      throw new Error("no document");
    }
    shown = { screen: told.screen, wall: told.wall };
    pending = {};
    apply();
  }

  function takeScreen(told) {
    if (shown && told.items) {
      shown.screen = told;
      apply();
    }
  }

  function takeScene(told) {
    pending[told.key] = told;
  }

  /* Take a wall; tell whether a scene of it is missing. */
  function takeWall(told) {
    var wall = own.merged(shown.wall, told, pending);
    pending = {};
    if (wall) {
      shown.wall = wall;
      apply();
    }
    return !wall;
  }

  function apply() {
    var wall = shown.wall;
    document.documentElement.lang = wall.locale;
    view.layout(wall);
    if (typeof wall.next_change === "number") {
      later("change", Math.max(wall.next_change - clock.now(), 0) + Math.random() * 1000, changeDue);
    }
    keepPage(wall);
    tick();
  }

  function changeDue() {
    later("change", 10000, changeDue); // until a document comes that knows the next one
    news.ask();
  }

  function keepPage(wall) {
    var needed = own.picturesOf(wall).concat(["screen.css", "screen.js"].map(function (name) {
      return "/screen/assets/" + assets + "/" + name;
    }));
    if (heardAt !== null && kept !== needed.join(" ")) {
      kept = needed.join(" ");
      keeper.keepPage(window.location.pathname + window.location.search, assets, needed);
    }
  }

  // The course of things.

  function turnAt(now) {
    var sheets = {};
    shown.wall.scenes.forEach(function (one) { sheets[one.key] = one.sheets.length; });
    return own.current(shown.screen.items, sheets, now, own.minuteOf(now, shown.screen.zone_minutes));
  }

  function isCodeOn(now) {
    return !isPreview && own.hasCode(shown.wall, turnAt(now).scene);
  }

  function tick() {
    later("tick", 1000, tick); // first of all, so that no fault ends it
    if (isGone || !shown) {
      return;
    }
    wake();
    var now = clock.now();
    var next = turnAt(now);
    var isOver = next.scene !== turn.scene || next.sheet !== turn.sheet || next.left_ms > turn.left_ms ||
      next.scene === "idle"; // which may stand for ever
    turn = next;
    later("tick", Math.min(1000, turn.left_ms + 5), tick);
    rotating.follow(now, isCodeOn);
    view.say(cut(now), shown.wall);
    view.frame(shown.wall, bring);
    view.scene(shown.wall, turn, bring);
    body.setAttribute("data-scene", turn.scene);
    body.setAttribute("data-sheet", String(turn.sheet));
    body.setAttribute("data-way", news.way);
    if (isOver && heardAt !== null && !isPreview) {
      renew(shown.wall.assets);
    }
    if (heardAt !== null && own.mono() - heardAt < SILENT) {
      keeper.write({ now: now, screen: shown.screen, wall: shown.wall });
    }
  }

  /* A device that slept, or whose tab did, has missed what came, and does not know how long it was away. */
  function wake() {
    if (document.hidden) {
      return; // its timers are slowed down on purpose
    }
    var passed = own.mono() - ticked.mono;
    var jumped = Math.abs(Date.now() - ticked.device - passed) > SLEPT;
    ticked = { mono: own.mono(), device: Date.now() };
    if (passed > SLEPT || jumped) {
      heardAt = heardAt === null ? null : Math.max(heardAt, own.mono() - SILENT + 6000);
      news.begin(true);
    }
  }

  /* What the banner says: nothing while the server is heard. */
  function cut(now) {
    var silence = own.mono() - heardAt;
    var isCut = heardAt === null || silence > SILENT;
    body.setAttribute("data-state", isCut ? "cut" : "live");
    if (!isCut) {
      return "";
    }
    var asOf = heardAt === null ? since : Math.max(shown.wall.as_of, now - silence);
    return own.cutText(asOf, hasAge ? now - asOf : null, shown.screen.zone_minutes, shown.wall.locale);
  }

  function bring(live) {
    var code = rotating.shown;
    if (live.what === "clock") {
      own.bring(live, clock.known ? own.clockText(clock.now(), shown.screen.zone_minutes) : null);
    } else if (live.what === "place") {
      own.bring(live, shown.screen.place);
    } else if (live.what === "code") {
      own.bring(live, code && code.modules, live.box.n, own.words(shown.wall.locale).noCode);
    } else if (live.what === "code-title") {
      own.bring(live, code ? code.title : (live.box.l || [null])[0]);
    }
  }

  /* The key was revoked: nothing of what was shown or kept stays. */
  function end() {
    var words = own.words(shown ? shown.wall.locale : document.documentElement.lang);
    if (isGone) {
      return;
    }
    isGone = true;
    news.end();
    keeper.wipe();
    rotating.shown = shown = null;
    pending = {};
    document.getElementById("document").textContent = "";
    view.wipe(isPreview ? [words.over, words.overMore] : [words.gone, words.goneMore]);
    body.setAttribute("data-state", "gone");
    later("return", 8000, comeBack);
  }

  /* At /screen the pairing page takes over; a player's address may be good again one day. */
  function comeBack() {
    later("return", 60000, comeBack);
    own.send("GET", window.location.href, null, function (status) {
      if (status === 200 && !isPreview) {
        window.location.reload();
      }
    });
  }

  function beat() {
    if (isGone || isPreview) {
      return null;
    }
    return { scene: turn.scene, way: news.way, fault: fault, version: String(shown.wall.version) };
  }

  function beaten(status, told) {
    if (status === 404) {
      end();
    } else if (status === 204 && fault === told.fault) {
      fault = "";
    }
  }

  /* The server may lay out the first view for the shape that this window had last. */
  function askFor(shapeAddress) {
    asked = shapeAddress;
    if (!isPreview) {
      document.cookie = "tanhui_shape=" + own.nearest(window.innerWidth, window.innerHeight) + ";path=" + base +
        ";max-age=31536000;samesite=lax";
    }
  }

  function resized() {
    if (isGone) {
      return;
    }
    view.layout(shown.wall);
    if (address("") !== asked) {
      askFor(address(""));
      news.begin(true);
    }
    tick();
  }

  function watch() {
    window.onerror = note;
    window.addEventListener("resize", function () { later("resize", 200, resized); });
    window.addEventListener("online", function () { later("poll", Math.random() * 1000, function () { news.ask(); }); });
    document.addEventListener("visibilitychange", function () { later("tick", 0, tick); });
    if (document.fonts && document.fonts.addEventListener) {
      document.fonts.addEventListener("loadingdone", view.refit);
    }
  }

  function begin() {
    var told = JSON.parse(document.getElementById("document").textContent);
    var last = isKept ? keeper.read() : null;
    told = last && last.now > told.now ? last : told;
    if (isKept) {
      // The device's clock tells how long it was off, if it went on at all.
      var guess = Date.now() + told.skew;
      hasAge = guess > told.now;
      clock.guess(hasAge ? guess : told.now);
      since = told.now;
    } else {
      heard(told.now);
    }
    askFor(address(""));
    watch();
    keeper.begin();
    own.heart(base + "/beat", later, beat, beaten);
    later("news", 0, function () {
      news.begin(isKept || /shape=(\w*)/.exec(asked)[1] !== told.wall.shape);
    });
    take(told);
  }

  begin();
}(tanhui));
