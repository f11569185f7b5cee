/* Shows a pairing code until an organiser has entered it. ES5 on purpose: televisions of 2018 run it.
   What counts is the time that passes here, never what hour this device believes it is. */
(function () {
  "use strict";
  var path = "/screen/pairings";
  var every = 3; // seconds between questions
  var code = "";
  var endsAt = 0; // by our own clock
  var failures = 0;
  var losses = 0; // how often the server did not know a code that it had just given
  var paired = false;

  function now() {
    return window.performance && window.performance.now ? window.performance.now() : new Date().getTime();
  }

  function put(id, chinese, english) {
    var place = document.getElementById(id);
    var inner = document.createElement("span");
    place.textContent = chinese;
    if (english) {
      inner.setAttribute("lang", "en");
      inner.textContent = english;
      place.appendChild(document.createTextNode(" "));
      place.appendChild(inner);
    }
  }

  function note(chinese, english) {
    if (document.getElementById("note").getAttribute("data-says") !== chinese) {
      document.getElementById("note").setAttribute("data-says", chinese);
      put("note", chinese, english);
    }
  }

  function square(modules) {
    var drawn = "";
    for (var y = 0; y < modules.length; y += 1) {
      for (var x = 0; x < modules[y].length; x += 1) {
        if (modules[y].charAt(x) === "1") {
          drawn += "M" + x + " " + y + "h1v1h-1z";
        }
      }
    }
    document.getElementById("square").setAttribute("viewBox", "0 0 " + modules.length + " " + modules.length);
    document.getElementById("modules").setAttribute("d", drawn);
  }

  function hide() {
    code = "";
    put("code-first", "· · ·");
    put("code-second", "");
    put("left", "");
    document.getElementById("scan").className = "scan hidden";
  }

  function show(answer) {
    code = answer.code;
    endsAt = now() + (answer.ends_at - answer.now);
    put("code-first", code.slice(0, 3));
    put("code-second", code.slice(3));
    square(answer.modules);
    document.getElementById("scan").className = "scan";
    left();
  }

  function left() {
    var minutes = Math.ceil((endsAt - now()) / 60000);
    if (code && minutes < 1) {
      hide();
    } else if (code) {
      put("left", "配对码 " + minutes + " 分钟后更换", "A new code in " + minutes + " min");
    }
  }

  function welcome(answer) {
    paired = true;
    hide();
    put("code-first", "✓");
    put("title", "已配对", "This screen is paired");
    document.querySelector("main").className = "good";
    note(answer.institution || "", answer.place || " ");
    document.querySelector("#note span").removeAttribute("lang"); // the place's own name
    window.setTimeout(function () { window.location.reload(); }, 4000);
  }

  function waitFor(request, otherwise) {
    var asked = parseInt(request.getResponseHeader("Retry-After"), 10);
    return asked > 0 ? Math.min(Math.max(asked, every), 120) : otherwise;
  }

  // Returns in how many seconds to ask again.
  function answered(request, isBegin) {
    var answer;
    if (request.status !== 200) {
      failures += 1;
      if (request.status === 429 || request.status === 503) {
        note("等待配对的屏幕较多，稍后自动重试", "Many screens wait to be paired: trying again by itself");
      } else {
        away();
      }
      return waitFor(request, Math.min(5 * failures, 30));
    }
    answer = JSON.parse(request.responseText);
    failures = 0;
    if (answer.state === "paired") {
      welcome(answer);
      return 0;
    }
    if (isBegin) {
      show(answer);
    } else if (answer.state === "over" && code) {
      losses += 1;
      hide();
    } else if (answer.state === "waiting") {
      losses = 0;
      if (answer.code !== code) {
        hide(); // another tab has begun a newer one: ask for it
      }
    }
    if (losses > 2) {
      note("此设备没有保存 Cookie，无法配对。请改用 https 地址，或打开控制台登记屏幕时给出的专用地址",
        "This device keeps no cookies and cannot be paired: use the https address, or one made by registering a screen");
      return isBegin ? every : 60;
    }
    note("", "");
    return isBegin || code ? every : 0.1;
  }

  function away() {
    if (failures > 1 || !code) {
      note("暂时连不上服务器，正在自动重试", "The server cannot be reached: retrying by itself");
    }
  }

  function ask() {
    var request = new XMLHttpRequest();
    var isBegin = !code;
    var seconds = 5;
    request.open(isBegin ? "POST" : "GET", path);
    request.timeout = 10000;
    request.onload = function () {
      try {
        seconds = answered(request, isBegin);
      } catch (fault) {
        failures += 1;
        away();
      }
    };
    request.onerror = request.ontimeout = function () {
      failures += 1;
      away();
      seconds = Math.min(2 * failures, 15);
    };
    request.onloadend = function () {
      if (!paired) {
        window.setTimeout(ask, (seconds + Math.random()) * 1000); // not all screens of a city at once
      }
    };
    request.send();
  }

  window.setInterval(left, 1000);
  hide();
  ask();
}());
