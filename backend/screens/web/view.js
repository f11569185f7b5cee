/* What is seen: the stage in its window, the frame, and one scene at a time, which fades into the next. */
(function (own) {
  "use strict";
  var FADE = 700; // milliseconds; a little longer than the transition in screen.css

  own.view = function (stage, banner, later, note) {
    var calm = window.matchMedia ? window.matchMedia("(prefers-reduced-motion: reduce)") : { matches: false };
    var place = null; // the stage's, as `fit` gives it
    var height = 0; // of the banner
    var frame = null;
    var scene = null;
    var leaving = null;
    var view = {};

    view.layout = function (wall) {
      var size = Math.min(window.innerWidth, window.innerHeight);
      // A strip's letters are larger by the rule of shapes.py, and so are the banner's.
      banner.style.fontSize = size * (wall.shape === "strip" ? 0.1 : 0.057) + "px";
      height = banner.hidden ? 0 : banner.offsetHeight;
      place = own.fit(window.innerWidth, window.innerHeight, height, wall.width, wall.height);
      stage.style.width = wall.width + "px";
      stage.style.height = wall.height + "px";
      stage.style.left = place.left + "px";
      stage.style.top = place.top + "px";
      stage.style.transform = "scale(" + place.across + "," + place.down + ")";
    };

    /* Say something above the stage, which moves down for it; an empty text takes it away. */
    view.say = function (text, wall) {
      if (banner.textContent !== text) {
        banner.textContent = "";
        text.split(" · ").forEach(function (part, i, parts) {
          var kept = banner.appendChild(document.createElement("span")); // a line breaks only between these
          kept.textContent = part + (i < parts.length - 1 ? " ·" : "");
          banner.appendChild(document.createTextNode(i < parts.length - 1 ? " " : ""));
        });
        banner.hidden = !text;
        if ((banner.hidden ? 0 : banner.offsetHeight) !== height) {
          view.layout(wall);
        }
      }
    };

    function safely(boxes, name, what) {
      try {
        return own.paint(boxes, name);
      } catch (fault) {
        note(what + ": " + fault.message);
        return own.paint([], name); // this one stays empty; the others show
      }
    }

    /* Put a layer in the place of another; rows that both have glide, unless nothing may move. */
    function exchange(before, layer, bring) {
      var glide = before && !calm.matches ? own.move(before, layer, place) : null;
      if (before) {
        stage.replaceChild(layer.node, before.node);
      } else {
        stage.appendChild(layer.node);
      }
      own.fitLines(layer.node);
      layer.lives.forEach(bring);
      if (glide) {
        glide();
      }
    }

    view.frame = function (wall, bring) {
      var said = JSON.stringify(wall.frame || []);
      if (frame && frame.said === said) {
        frame.lives.forEach(bring);
        return;
      }
      var layer = safely(wall.frame || [], "frame", "frame");
      layer.said = said;
      exchange(frame, layer, bring);
      frame = layer;
    };

    /* Show a sheet of a scene; the same sheet with other words is not faded but moved. */
    view.scene = function (wall, turn, bring) {
      var found = own.sceneOf(wall, turn.scene);
      var boxes = (found && found.sheets[turn.sheet]) || [];
      var name = [turn.scene, turn.sheet, wall.shape, wall.locale].join(" ");
      var said = JSON.stringify(boxes);
      // While one scene fades into the next, the next one's news wait for the end of that.
      if (scene && scene.name === name && (scene.said === said || leaving)) {
        scene.lives.forEach(bring);
        return;
      }
      var layer = safely(boxes, "scene", turn.scene);
      layer.name = name;
      layer.said = said;
      layer.node.setAttribute("role", "region");
      layer.node.setAttribute("aria-label", (found && found.title) || turn.scene);
      if (scene && scene.name !== name) {
        fade(layer, bring);
      } else {
        exchange(scene, layer, bring);
      }
      scene = layer;
    };

    function fade(layer, bring) {
      leave();
      leaving = scene.node;
      exchange(null, layer, bring);
      if (calm.matches) {
        leave();
        return;
      }
      layer.node.className = "scene coming";
      layer.node.getBoundingClientRect(); // now it is unseen, and may come
      layer.node.className = "scene";
      leaving.className = "scene going";
      leaving.setAttribute("aria-hidden", "true");
      later("leave", FADE, leave);
    }

    function leave() {
      if (leaving) {
        stage.removeChild(leaving);
        leaving = null;
      }
    }

    /* The letters have changed: what fitted may fit no more. */
    view.refit = function () {
      [frame, scene].forEach(function (layer) {
        if (layer) {
          own.fitLines(layer.node);
        }
      });
    };

    /* Take everything away and say why. */
    view.wipe = function (texts) {
      frame = scene = leaving = null;
      stage.textContent = banner.textContent = "";
      banner.hidden = true;
      stage.removeAttribute("style");
      stage.className = "gone";
      ["h1", "p"].forEach(function (tag, i) {
        stage.appendChild(document.createElement(tag)).textContent = texts[i];
      });
    };

    return view;
  };

  own.sceneOf = function (wall, key) {
    return wall.scenes.filter(function (one) { return one.key === key; })[0];
  };

  function boxesOf(wall) {
    return wall.scenes.reduce(function (all, one) {
      return all.concat.apply(all, one.sheets);
    }, wall.frame || []);
  }

  /* The pictures that a wall shows, each once. */
  own.picturesOf = function (wall) {
    var found = {};
    boxesOf(wall).forEach(function (box) {
      if (box.k === "p") {
        found[box.u] = 1;
      }
    });
    return Object.keys(found).sort();
  };

  own.hasCode = function (wall, key) {
    var found = own.sceneOf(wall, key);
    return !!found && found.sheets.some(function (boxes) {
      return boxes.some(function (box) { return box.v === "code"; });
    });
  };
}(tanhui));
