/* The server's time. Between its messages a clock that only runs forward counts on; what the device believes of the
   hour, its zone and its jumps changes nothing. */
(function (own) {
  "use strict";
  var HELD_UP = 1000; // a message that is later than this was kept back on its way
  var DRIFT = 10; // milliseconds that one message may take back: devices' clocks run a little fast or slow
  var SHORT = 2000; // an answer within this tells the time well enough

  own.mono = function () {
    return window.performance.now();
  };

  own.clock = function () {
    var offset = 0;
    var state = { known: false, doubtful: false };

    function take(sample) {
      offset = sample;
      state.known = true;
      state.doubtful = false;
    }

    /* A message of the server says its time; `sentAt` is when we asked, for what was asked for. */
    state.hear = function (serverMs, sentAt) {
      var at = own.mono();
      var asked = typeof sentAt === "number";
      var sample = serverMs - at + (asked ? (at - sentAt) / 2 : 0);
      if (!state.known || sample >= offset || (asked && at - sentAt < SHORT)) {
        take(sample);
      } else if (offset - sample < HELD_UP) {
        offset -= Math.min(DRIFT, offset - sample);
      } else {
        state.doubtful = true;
      }
    };

    /* Nobody has told the time: begin where we last knew it. */
    state.guess = function (ms) {
      offset = ms - own.mono();
      state.known = false;
    };

    state.now = function () {
      return Math.floor(offset + own.mono());
    };

    return state;
  };

  /* One timer of a name at a time: a new one takes the old one's place. */
  own.timers = function (onFault) {
    var running = {};
    return function (name, ms, run) {
      window.clearTimeout(running[name]);
      running[name] = window.setTimeout(function () {
        delete running[name];
        try {
          run();
        } catch (fault) {
          onFault(fault);
        }
      }, Math.max(0, ms));
    };
  };
}(tanhui));
