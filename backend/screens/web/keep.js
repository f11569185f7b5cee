/* What a screen keeps for the day it comes back to power and finds no network: the last document, here and with the
   worker, which also keeps the page. Whatever fails here is of no account: there is only less to go back to. */
(function (own) {
  "use strict";
  var LONGEST = 1500000; // characters
  var SECONDS = 60; // between two writings: televisions have little flash, and it wears

  /* `isOff`: keep nothing, as for a preview. */
  own.keeper = function (base, isOff) {
    var key = "tanhui " + base;
    var written = null;
    var keeper = {};

    function tell(message) {
      if (isOff || !navigator.serviceWorker) {
        return;
      }
      message.page = base;
      navigator.serviceWorker.ready.then(function (registration) {
        registration.active.postMessage(message);
      }).then(null, function () {});
    }

    /* Keep a document; its `now` is when the server last confirmed it. */
    keeper.write = function (shown) {
      var at = own.mono();
      if (isOff || (written !== null && at - written < SECONDS * 1000)) {
        return;
      }
      written = at;
      // How far the device's clock was from the server's: the best guess of the time when nobody tells it.
      shown.skew = shown.now - Date.now();
      var text = JSON.stringify(shown);
      if (text.length > LONGEST) {
        return;
      }
      tell({ document: text });
      try {
        window.localStorage.setItem(key, text);
      } catch (ignored) {
        written = at; // full, or switched off
      }
    };

    keeper.read = function () {
      try {
        var found = isOff ? null : JSON.parse(window.localStorage.getItem(key));
        return found && found.wall.scenes && found.screen.items ? found : null;
      } catch (ignored) {
        return null;
      }
    };

    keeper.wipe = function () {
      try {
        window.localStorage.removeItem(key);
      } catch (ignored) {
        written = null;
      }
      tell({ wipe: true });
    };

    /* Let the worker keep the page and what it needs; it fetches what it has not. */
    keeper.keepPage = function (address, assets, needed) {
      tell({ address: address, assets: assets, keep: needed });
    };

    keeper.begin = function () {
      if (!isOff && navigator.serviceWorker) {
        navigator.serviceWorker.register("/screen/worker.js", { scope: "/screen" }).then(null, function () {});
      }
    };

    return keeper;
  };
}(tanhui));
