/* What is on, which shape fits, how old something is: functions of their arguments alone. `current` and `holds` are
   twins of programme.py, `nearest` is the twin of shapes.py; tests run both over the same cases.
   These files are ES5 and use nothing that Chromium 53 lacks: televisions of 2018 run them. They are served as one. */
var tanhui = {};
(function (own) {
  "use strict";
  var IDLE = "idle";
  var DAY = 24 * 60;
  var SHAPES = [["landscape", 1778, 1000], ["portrait", 1000, 1778], ["wide", 3556, 1000], ["strip", 5333, 1000]];

  function holds(item, minute) {
    var begins = item.begins;
    var ends = item.ends;
    if (typeof begins !== "number" || typeof ends !== "number" || begins === ends) {
      return true;
    }
    return begins < ends ? begins <= minute && minute < ends : minute >= begins || minute < ends;
  }

  /* Which scene and sheet is on at an instant and minute of the day, and for how many milliseconds more. */
  own.current = function (items, sheets, atMs, minute) {
    var on = items.filter(function (item) { return holds(item, minute) && sheets[item.scene] > 0; });
    var total = on.reduce(function (sum, item) { return sum + item.seconds * 1000; }, 0);
    if (!on.length) {
      return { scene: IDLE, sheet: 0, left_ms: 1000 };
    }
    var position = atMs % total;
    for (var i = 0; i < on.length; i += 1) {
      var length = on[i].seconds * 1000;
      if (position < length) {
        var count = sheets[on[i].scene];
        var sheet = Math.floor((position * count) / length);
        return { scene: on[i].scene, sheet: sheet, left_ms: Math.ceil(((sheet + 1) * length) / count) - position };
      }
      position -= length;
    }
    throw new Error("no turn");
  };

  /* A wall with its scenes: those that came before it, else those that are known; null when one is missing. */
  own.merged = function (known, wall, came) {
    var scenes = {};
    if (known.shape === wall.shape && known.locale === wall.locale) {
      known.scenes.forEach(function (one) { scenes[one.key] = one; });
    }
    wall.scenes = wall.order.map(function (key) { return came[key] || scenes[key]; });
    return wall.scenes.indexOf(undefined) < 0 ? wall : null;
  };

  own.minuteOf = function (atMs, zoneMinutes) {
    var minutes = Math.floor(atMs / 60000) + zoneMinutes;
    return ((minutes % DAY) + DAY) % DAY;
  };

  /* The shape that fills a screen of any size best: the one whose ratio of sides is nearest. */
  own.nearest = function (width, height) {
    var ratio = Math.max(width, 1) / Math.max(height, 1);
    var best = null;
    SHAPES.forEach(function (shape) {
      var sides = shape[1] / shape[2];
      var distance = Math.max(sides / ratio, ratio / sides);
      if (best === null || distance < best.distance) {
        best = { name: shape[0], distance: distance };
      }
    });
    return best.name;
  };

  /* Where a sheet stands in a window below a banner: its corner, and how many pixels a unit has across and down. The
     two differ by a trifle where that fills the window to its edges. */
  own.fit = function (width, height, below, sheetWidth, sheetHeight) {
    var room = Math.max(1, height - below);
    var across = width / sheetWidth;
    var down = room / sheetHeight;
    if (Math.abs(across / down - 1) > 0.005) {
      across = down = Math.min(across, down);
    }
    return {
      across: across, down: down, left: (width - across * sheetWidth) / 2, top: below + (room - down * sheetHeight) / 2
    };
  };

  function two(number) {
    return (number < 10 ? "0" : "") + number;
  }

  /* The hour of an instant where the screen hangs, whatever the device believes. */
  own.clockText = function (atMs, zoneMinutes) {
    var minute = own.minuteOf(atMs, zoneMinutes);
    return two(Math.floor(minute / 60)) + ":" + two(minute % 60);
  };

  own.stamp = function (atMs, zoneMinutes) {
    var local = new Date(atMs + zoneMinutes * 60000);
    return two(local.getUTCMonth() + 1) + "-" + two(local.getUTCDate()) + " " + own.clockText(atMs, zoneMinutes);
  };

  var WORDS = {
    "zh-CN": {
      cut: "网络中断", asOf: "数据截至 ", now: "不到 1 分钟前", minutes: " 分钟前", hours: " 小时前", days: " 天前",
      gone: "这块屏幕已停用", goneMore: "显示过和保存过的内容均已清除。如需恢复，请管理员重新配对。",
      over: "预览已失效", overMore: "请在控制台重新打开预览。", noCode: "暂时没有新的二维码，请稍候"
    },
    en: {
      cut: "Offline", asOf: "data as of ", now: "less than a minute ago", minutes: " min ago", hours: " h ago",
      days: " days ago", gone: "This screen was taken off",
      goneMore: "What it showed and kept is deleted. An organiser can pair it again.",
      over: "This preview has ended", overMore: "Open it again from the console.",
      noCode: "No fresh code just now, please wait"
    }
  };

  own.words = function (locale) {
    return WORDS[locale] || WORDS["zh-CN"];
  };

  own.ageText = function (ms, locale) {
    var words = own.words(locale);
    var minutes = Math.floor(ms / 60000);
    if (minutes < 1) {
      return words.now;
    }
    if (minutes < 60) {
      return minutes + words.minutes;
    }
    return minutes < 2 * DAY ? Math.floor(minutes / 60) + words.hours : Math.floor(minutes / DAY) + words.days;
  };

  /* What the banner says; `ageMs` is null where nobody knows the time. */
  own.cutText = function (asOfMs, ageMs, zoneMinutes, locale) {
    var words = own.words(locale);
    var said = words.cut + " · " + words.asOf + own.stamp(asOfMs, zoneMinutes);
    return ageMs === null ? said : said + " · " + own.ageText(ageMs, locale);
  };
}(tanhui));
