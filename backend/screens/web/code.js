/* The changing code of a site: asked for while its scene is on or about to come, dropped when nobody would take it. */
(function (own) {
  "use strict";
  var STALE = 20000; // milliseconds after its time; it is taken for longer, but a scan takes time as well
  var AHEAD = 3000;

  own.rotating = function (address, later, heard) {
    var rotating = { shown: null };
    var isAsking = false;

    function answered(status, text) {
      if (status === 200) {
        rotating.shown = JSON.parse(text);
        heard(rotating.shown.now);
      } else if (status === 404) {
        rotating.shown = null; // no site is on just now
      }
    }

    /* `isOn(atMs)` tells whether a scene with a code is on then. */
    rotating.follow = function (now, isOn) {
      var code = rotating.shown;
      if (code && now >= code.changes_at + STALE) {
        rotating.shown = code = null;
      }
      if (isAsking || (code && now < code.changes_at) || !(isOn(now) || isOn(now + AHEAD))) {
        return;
      }
      isAsking = true;
      own.send("GET", address("/code.json"), null, function (status, text) {
        later("code", (status === 404 ? 8000 : 1500) + Math.random() * 1500, function () { isAsking = false; });
        answered(status, text);
      });
    };

    return rotating;
  };
}(tanhui));
