/* Puts boxes where they say, in units: a sheet is laid out once at one pixel a unit and scaled as a whole. */
(function (own) {
  "use strict";
  var SVG = "http://www.w3.org/2000/svg";
  var LINE = 1.3;
  var NARROWEST = 0.85; // narrower than this, letters become smaller instead
  var TAGS = { h1: 1, h2: 1, p: 1, b: 1, small: 1 };
  var LEAST = 0.5;
  var TINTED = 4000; // milliseconds, as in screen.css
  var LIGHT_INKS = { light: 1, pale: 1 };
  var BACKGROUNDS = { bar: 1, paper: 1, ground: 1 };

  function made(tag, name) {
    var node = document.createElement(tag);
    node.className = name;
    return node;
  }

  function put(node, box, from) {
    node.style.left = box.b[0] - from[0] + "px";
    node.style.top = box.b[1] - from[1] + "px";
    node.style.width = box.b[2] + "px";
    node.style.height = box.b[3] + "px";
    if (box.q) {
      node.style.borderRadius = box.q + "px";
    }
  }

  function write(node, lines) {
    node.textContent = "";
    lines.forEach(function (text) {
      var line = made("span", "line");
      line.appendChild(document.createTextNode(text));
      node.appendChild(line);
    });
  }

  function words(box) {
    var align = { c: " center", r: " right" }[box.a] || "";
    var node = made(TAGS[box.t] ? box.t : "p", "box c-" + box.c + align + (box.f ? " bold" : ""));
    node.style.fontSize = box.s + "px";
    node.style.lineHeight = box.s * LINE + "px";
    write(node, box.l || []);
    return node;
  }

  /* A square code as one path: each run of dark modules is a rectangle. */
  function square(modules, says) {
    var side = modules.length;
    var path = "";
    modules.forEach(function (row, y) {
      row.replace(/1+/g, function (run, x) {
        path += "M" + x + " " + y + "h" + run.length + "v1h-" + run.length + "z";
        return run;
      });
    });
    var node = document.createElementNS(SVG, "svg");
    node.setAttribute("viewBox", "0 0 " + side + " " + side);
    node.setAttribute("shape-rendering", "crispEdges");
    node.setAttribute("role", "img");
    node.setAttribute("aria-label", says || "");
    var dark = document.createElementNS(SVG, "path");
    dark.setAttribute("d", path);
    node.appendChild(dark);
    return node;
  }

  function picture(box) {
    var node = made("img", "box");
    node.alt = "";
    node.onerror = function () { node.style.visibility = "hidden"; };
    node.src = box.u;
    return node;
  }

  function node(box) {
    if (box.k === "t") {
      return words(box);
    }
    if (box.k === "p") {
      return picture(box);
    }
    var area = made("div", "box " + (box.k === "s" ? "square" : "g-" + box.c));
    if (box.k === "s" && box.m) {
      area.appendChild(square(box.m, box.n));
    }
    return area;
  }

  /* The rectangles around the boxes of each row: x, y, right, bottom. */
  function rectangles(boxes) {
    var found = {};
    boxes.forEach(function (box) {
      var at = box.b;
      var known = found[box.r] || [at[0], at[1], at[0], at[1]];
      found[box.r] = [
        Math.min(known[0], at[0]), Math.min(known[1], at[1]),
        Math.max(known[2], at[0] + at[2]), Math.max(known[3], at[1] + at[3])
      ];
    });
    return found;
  }

  /* Paint boxes into a new layer; what can be asked of it later comes along. */
  own.paint = function (boxes, name) {
    var layer = { node: made("div", name), rows: {}, texts: [], lives: [], isLate: false };
    var around = rectangles(boxes);
    var list = null;
    boxes.forEach(function (box) {
      var parent = layer.node;
      var from = [0, 0];
      var row = null;
      if (box.r) {
        from = around[box.r];
        row = layer.rows[box.r];
        if (!row) {
          list = list || layer.node.appendChild(made("ol", "list"));
          row = { node: list.appendChild(made("li", "row")), at: from, said: "", since: -TINTED, areas: [], texts: [] };
          put(row.node, { b: [from[0], from[1], from[2] - from[0], from[3] - from[1]] }, [0, 0]);
          layer.rows[box.r] = row;
        }
        parent = row.node;
      } else {
        list = null;
      }
      var painted = parent.appendChild(node(box));
      put(painted, box, from);
      remember(layer, row, box, painted);
    });
    return layer;
  };

  function remember(layer, row, box, painted) {
    var said = (box.l || []).join("\n");
    if (box.v) {
      layer.lives.push({ what: box.v, box: box, node: painted, shown: null });
    } else if (row && box.k === "t") {
      row.said += said + "\n";
      row.texts.push({ said: said, node: painted, box: box });
    } else if (row && BACKGROUNDS[box.c]) {
      row.areas.push(painted);
    } else if (box.k === "t") {
      layer.texts.push({ said: said, node: painted, box: box });
    }
  }

  /* Make what is wider than its box narrower; measured first, written afterwards. Only what would come out at less than
     half its size, as a place with a name of sixty letters, is cut. */
  own.fitLines = function (node) {
    var lines = node.querySelectorAll(".line");
    var widths = [];
    for (var i = 0; i < lines.length; i += 1) {
      lines[i].removeAttribute("style");
    }
    for (i = 0; i < lines.length; i += 1) {
      widths.push([lines[i].clientWidth, lines[i].scrollWidth]);
    }
    for (i = 0; i < lines.length; i += 1) {
      if (widths[i][1] > widths[i][0] + 1) {
        squeeze(lines[i], widths[i][0], widths[i][1]);
      }
    }
  };

  function squeeze(line, room, width) {
    var ratio = Math.max(room / width, LEAST);
    var narrow = Math.max(ratio, NARROWEST);
    line.style.transform = "scaleX(" + narrow + ")";
    line.style.fontSize = ratio / narrow + "em";
    if (ratio > room / width) {
      line.style.width = room / narrow + "px";
      line.style.overflow = "hidden";
      line.style.textOverflow = "ellipsis";
    }
  }

  /* Show in a live box what is known just now; `value` is a text or the modules of a code, null: nothing yet. */
  own.bring = function (live, value, says, missing) {
    var shown = JSON.stringify([value, says, missing]);
    if (live.shown === shown) {
      return;
    }
    live.shown = shown;
    live.node.textContent = "";
    if (live.box.k === "s" && value) {
      live.node.appendChild(square(value, says));
    } else if (live.box.k === "s") {
      var note = live.node.appendChild(made("p", "no-code"));
      note.style.fontSize = live.box.b[2] / 9 + "px";
      note.textContent = missing;
    } else {
      write(live.node, value === null ? [] : [value]);
      own.fitLines(live.node);
    }
  };

  /* Note where rows are before a layer goes; the function that is returned lets them glide from there to where they
     are in the next one, and tints what has changed. `place` is the stage's. */
  own.move = function (before, layer, place) {
    var old = {};
    Object.keys(layer.rows).forEach(function (key) {
      if (before.rows[key]) {
        var seen = before.rows[key].node.getBoundingClientRect();
        old[key] = [(seen.left - place.left) / place.across, (seen.top - place.top) / place.down];
      }
    });
    return function () {
      Object.keys(layer.rows).forEach(function (key) {
        var row = layer.rows[key];
        if (!old[key]) {
          row.node.className += " fresh";
          return;
        }
        glide(row.node, old[key][0] - row.at[0], old[key][1] - row.at[1]);
        var was = before.rows[key];
        row.since = was.said === row.said ? was.since : own.mono();
        tint(row.areas.length ? row.areas : changed(was.texts, row.texts), own.mono() - row.since);
      });
      tint(changed(before.texts, layer.texts), 0);
    };
  };

  function glide(node, right, down) {
    if (Math.abs(right) < 1 && Math.abs(down) < 1) {
      return;
    }
    node.style.transition = "none";
    node.style.transform = "translate(" + right + "px," + down + "px)";
    node.style.zIndex = down > 0 ? "1" : "";
    node.getBoundingClientRect(); // now it stands where it was
    node.style.transition = "";
    node.style.transform = "";
  }

  /* Which of the texts that have to be read say something else; how old the figures are changes every minute. */
  function changed(before, after) {
    if (before.length !== after.length) {
      return [];
    }
    return after.filter(function (text, i) {
      return text.said !== before[i].said && text.box.t === "b" && !LIGHT_INKS[text.box.c];
    }).map(function (text) { return text.node; });
  }

  /* Tint for a while; what was tinted some milliseconds ago, and is painted anew, goes on from there. */
  function tint(nodes, ago) {
    if (ago >= TINTED) {
      return;
    }
    nodes.forEach(function (node) {
      node.className += " moved";
      node.style.animationDelay = -Math.round(ago) + "ms";
    });
  }
}(tanhui));
