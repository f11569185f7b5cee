// Keeps the code fresh. An old code is hidden rather than shown: it would only disappoint who scans it.
(function () {
  "use strict";
  var key = document.body.getAttribute("data-key");
  var good = 0;

  function show(answer) {
    var image = document.createElement("img");
    image.alt = answer.code;
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(answer.picture);
    var place = document.getElementById("code");
    place.textContent = "";
    place.appendChild(image);
    document.getElementById("text").textContent = answer.code;
    good = Date.now() + (answer.changes_in + 20) * 1000;
  }

  function ask() {
    var request = new XMLHttpRequest();
    var wait = 3000;
    request.open("GET", "/sites/" + key + "/code.json");
    request.timeout = 8000;
    request.onload = function () {
      if (request.status === 200) {
        var answer = JSON.parse(request.responseText);
        show(answer);
        wait = answer.changes_in * 1000 + 200;
      }
    };
    request.onloadend = function () {
      document.body.className = Date.now() < good ? "" : "stale";
      setTimeout(ask, wait);
    };
    request.send();
  }

  setInterval(function () { document.body.className = Date.now() < good ? "" : "stale"; }, 1000);
  ask();
})();
