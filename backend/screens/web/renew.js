/* Loads a newer edition of this page: between two scenes, once, only from a server that answers, and not all screens at
   the same change of scene, though they all have it at the same instant. */
(function (own) {
  "use strict";
  var SPREAD = 90000; // milliseconds over which screens load a newer page
  var NAME = "tanhui assets";

  /* Whether it was loaded for these already. Where nothing can be remembered, once in ten minutes must do. */
  function isDone(wanted) {
    try {
      return window.sessionStorage.getItem(NAME) === wanted;
    } catch (ignored) {
      return own.mono() < 600000;
    }
  }

  function remember(wanted) {
    try {
      window.sessionStorage.setItem(NAME, wanted);
    } catch (ignored) {
      return;
    }
  }

  /* `assets`: of which this page is made. The function that is returned is called between two scenes. */
  own.renewal = function (assets) {
    var due = null;
    return function (wanted) {
      if (!wanted || wanted === assets || isDone(wanted)) {
        due = null;
        return;
      }
      due = due === null ? own.mono() + Math.random() * SPREAD : due;
      if (own.mono() < due) {
        return;
      }
      own.send("GET", window.location.href, null, function (status) {
        if (status === 200) {
          remember(wanted);
          window.location.reload();
        }
      });
    };
  };
}(tanhui));
