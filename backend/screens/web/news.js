/* How news come: events while they flow, asking every few seconds where they do not. Whoever comes back waits a
   different while, so that five hundred screens do not storm a server that has just started. */
(function (own) {
  "use strict";
  var QUIET = 13000; // no word for this long: ask, before anybody worries
  var SILENCE = 25000; // no event for this long: they are held back on their way
  var TRIES = 3;
  var PATIENCE = 10000;
  var NO_TAG = "\"-\""; // asks for the whole document, past every cache

  function about(least, most) {
    return least + Math.random() * (most - least);
  }

  /* `page` is what news are brought to: address(path), heard(now, sentAt), document, screen, scene, wall (tell whether
     something is missing), gone(), failed(), fault(error). */
  own.news = function (page, later, isPreview) {
    var source = null;
    var asking = null;
    var tag = null;
    var failures = 0;
    var misses = 0;
    var silences = 0;
    var isTrial = false; // events are tried while asking goes on
    var isCut = false; // asking took over because the server was away, not because events were held back
    var isEnded = false;
    var news = { way: "polling" };

    function close() {
      if (source) {
        source.close();
        source = null;
      }
    }

    function onEvent(name, take) {
      source.addEventListener(name, function (event) {
        if (this !== source) {
          return;
        }
        try {
          take(event.data ? JSON.parse(event.data) : {});
        } catch (fault) {
          page.fault(fault);
        }
        flowing();
      });
    }

    function flowing() {
      failures = silences = 0;
      isTrial = isCut = false;
      if (!source) {
        return;
      }
      news.way = "events";
      later("poll", QUIET, function () { news.ask(); });
      later("silence", SILENCE, silent);
    }

    function retry() {
      isTrial = true;
      listen();
    }

    function listen() {
      close();
      if (!window.EventSource || isPreview) {
        poll(false);
        return;
      }
      page.opened();
      source = new window.EventSource(page.address("/events"));
      source.onerror = function () {
        if (this === source) {
          broken(this.readyState === 2);
        }
      };
      onEvent("screen", function (told) { page.heard(told.now); page.screen(told.screen || told); });
      onEvent("scene", page.scene);
      onEvent("wall", function (told) {
        page.heard(told.now);
        tag = null;
        later("whole", 0, function () {});
        if (page.wall(told)) {
          news.ask();
        }
      });
      onEvent("beat", function (told) { page.heard(told.now); });
      onEvent("gone", page.gone);
      later("silence", SILENCE, silent);
      later("whole", 5000, function () { news.ask(); });
    }

    /* The stream ended or never began. */
    function broken(isRefused) {
      close();
      failures += 1;
      page.failed();
      if (failures >= TRIES || isTrial) {
        isCut = isCut || !isTrial || misses > 0;
        poll(false);
        return;
      }
      if (isRefused) {
        later("poll", about(0, 2000), function () { news.ask(); }); // perhaps this screen is wanted no more
      }
      later("silence", about(1000, 4000 * failures), listen);
    }

    /* Ask from now on. Events that fell silent are tried again soon, as their connection may just have died; else every
       few minutes. */
    function poll(isSilent) {
      close();
      news.way = "polling";
      if (window.EventSource && !isPreview) {
        later("silence", isSilent && !silences ? about(500, 3000) : about(180000, 300000), retry);
      }
      silences += isSilent ? 1 : 0;
      later("poll", about(0, 2000), function () { news.ask(); });
    }

    function silent() {
      poll(true);
    }

    function again() {
      if (news.way === "polling") {
        var most = isPreview ? 20000 : Math.min(5000 + misses * 1000, 12000);
        later("poll", about(most / 2.5, most), function () { news.ask(); });
      } else {
        later("poll", QUIET, function () { news.ask(); });
      }
    }

    function answered(request, sentAt) {
      if (request.status === 200) {
        var told = JSON.parse(request.responseText);
        tag = request.getResponseHeader("ETag");
        page.heard(told.now, sentAt);
        page.document(told);
      } else if (request.status === 304) {
        page.heard();
      } else if (request.status === 404 || request.status === 410) {
        page.gone();
      } else {
        page.failed();
      }
      misses = request.status && request.status < 400 ? 0 : misses + 1;
      if (isCut && !misses) {
        isCut = false;
        later("silence", about(500, 6000), retry);
      }
    }

    /* Ask for the document; `isWhole`: even when it is the one we have, for what time it is. */
    news.ask = function (isWhole) {
      if (asking || isEnded) {
        return;
      }
      var sentAt = own.mono();
      var request = new XMLHttpRequest();
      asking = request;
      request.open("GET", page.address("/document.json"));
      request.timeout = PATIENCE;
      request.setRequestHeader("If-None-Match", isWhole || !tag ? NO_TAG : tag);
      request.onloadend = function () {
        if (asking !== request) {
          return;
        }
        asking = null;
        again();
        try {
          answered(request, sentAt);
        } catch (fault) {
          page.fault(fault);
        }
      };
      request.send();
    };

    function drop() {
      var old = asking;
      asking = null;
      if (old) {
        old.abort();
      }
    }

    /* Begin, or begin anew because the shape has changed or the device has slept. */
    news.begin = function (isWhole) {
      tag = null;
      failures = silences = 0;
      isTrial = isCut = false;
      drop();
      if (isWhole) {
        news.ask();
      }
      listen();
    };

    news.end = function () {
      isEnded = true;
      close();
      drop();
      later("silence", 0, function () {});
      later("whole", 0, function () {});
      later("poll", 0, function () {});
    };

    return news;
  };

  /* Tell every minute that this page lives: what `told()` returns, if anything, under a name for as long as it does. */
  own.heart = function (address, later, told, done) {
    var instance = "";
    while (instance.length < 16) {
      instance += Math.floor(Math.random() * 16).toString(16);
    }
    function beat() {
      var said = told();
      later("beat", about(55000, 65000), beat);
      if (said) {
        said.instance = instance;
        said.width = window.innerWidth;
        said.height = window.innerHeight;
        own.send("POST", address, JSON.stringify(said), function (status) { done(status, said); });
      }
    }
    later("beat", about(3000, 8000), beat);
  };

  /* Send something small, or ask for it; `done(status, text)` is called once. */
  own.send = function (method, address, body, done) {
    var request = new XMLHttpRequest();
    request.open(method, address);
    request.timeout = PATIENCE;
    if (body !== null) {
      request.setRequestHeader("Content-Type", "application/json");
    }
    request.onloadend = function () { done(request.status, request.responseText); };
    request.send(body);
  };
}(tanhui));
