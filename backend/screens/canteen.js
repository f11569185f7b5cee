/* Keeps the canteen page up to date. ES5 on purpose: televisions of 2018 run it. */
(function () {
  "use strict";
  var seconds = 2;
  var longest = 11; // characters that fit on one line
  var tag = null;
  var path = document.body.getAttribute("data-document");
  var medals = { 1: "first", 2: "second", 3: "third" };

  function part(kind, name, text) {
    var made = document.createElement(kind);
    made.className = name;
    made.appendChild(document.createTextNode(text));
    return made;
  }

  function line(row, most, before) {
    var made = document.createElement("li");
    var correction = row.correction_label ? " (" + row.correction_label + ")" : "";
    made.className = medals[row.rank] || "";
    if (before && before[row.name] !== row.label + correction) {
      made.className += " moved";
    }
    var bar = part("i", "bar", "");
    bar.style.width = Math.round((100 * row.value) / (most || 1)) + "%";
    made.appendChild(bar);
    made.appendChild(part("span", "rank", String(row.rank)));
    made.appendChild(part("span", row.name.length > longest ? "name long" : "name", row.name));
    var value = part("span", "value", row.label);
    if (correction) {
      value.appendChild(part("small", "", correction));
    }
    made.appendChild(value);
    return made;
  }

  function labels(list) {
    var found = {};
    for (var i = 0; i < list.children.length; i += 1) {
      found[list.children[i].querySelector(".name").textContent] = list.children[i].querySelector(".value").textContent;
    }
    return found;
  }

  function fill(panel, board, isFirst) {
    var list = panel.querySelector("ol");
    var before = isFirst ? null : labels(list);
    var fresh = document.createElement("ol");
    for (var i = 0; i < board.rows.length; i += 1) {
      fresh.appendChild(line(board.rows[i], board.rows[0].value, before));
    }
    list.parentNode.replaceChild(fresh, list);
    panel.querySelector("h2").textContent = board.title;
  }

  function grouped(number) {
    return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  }

  function put(id, text) {
    document.getElementById(id).textContent = text;
  }

  function sums(board) {
    var tenths = Math.floor(board.carbon_mg / 100000);
    put("participants", grouped(board.participants));
    put("points", grouped(board.points));
    put("carbon", grouped(Math.floor(tenths / 10)) + "." + (tenths % 10));
    document.getElementById("carbon").parentNode.className = board.carbon_mg ? "" : "none";
    // Beijing time, whatever the television believes: eight hours ahead of UTC all year.
    var at = new Date(Date.parse(board.as_of.replace(" ", "T").replace(/\.\d+/, "")) + 8 * 3600000);
    if (!isNaN(at)) {
      put("as-of", document.body.getAttribute("data-as-of") + " " + at.toISOString().slice(5, 16).replace("T", " "));
    }
  }

  function show(shown) {
    var panels = document.querySelectorAll("section");
    var image = document.querySelector("header img");
    var isOther = image && shown.cover && image.getAttribute("src") !== shown.cover;
    if (panels.length !== shown.boards.length || isOther) {
      window.location.reload();
      return;
    }
    for (var i = 0; i < panels.length; i += 1) {
      fill(panels[i], shown.boards[i], tag === null);
    }
    if (shown.boards.length) {
      put("notice", shown.notice || "");
      sums(shown.boards[0]);
    }
  }

  function age(text) {
    if (document.getElementById("age")) {
      put("age", text);
    }
  }

  function ask() {
    var request = new XMLHttpRequest();
    request.open("GET", path);
    request.timeout = 10000;
    if (tag) {
      request.setRequestHeader("If-None-Match", tag);
    }
    request.onload = function () {
      if (request.status === 200) {
        show(JSON.parse(request.responseText));
        tag = request.getResponseHeader("ETag");
      }
      age(request.status === 200 || request.status === 304 ? "" : document.body.getAttribute("data-offline"));
    };
    request.onerror = request.ontimeout = function () {
      age(document.body.getAttribute("data-offline"));
    };
    request.onloadend = function () { window.setTimeout(ask, seconds * 1000); };
    request.send();
  }

  ask();
}());
