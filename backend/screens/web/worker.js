/* Gives a screen its page when it comes back to power and the server is away: the page as it was, with the last
   document in it. While the server answers, its answer counts. Nothing here is younger than Chromium 53. */
(function (worker) {
  "use strict";
  var KEPT = "tanhui-screen";
  var PATIENCE = 8000; // milliseconds that a page may take before the kept one is shown
  var PAGE = /^\/screen(s\/[^\/]+)?$/;
  var STANDING = /^\/(screen\/assets|fonts|art)\//; // what an address names here never changes
  var OPENED = "<script id=\"document\" type=\"application/json\">";

  function noteOf(page) {
    return page + "/kept.json";
  }

  function fresh(address) {
    return worker.fetch(address, { credentials: "same-origin" });
  }

  /* The kept page with the last document in it, and a mark that it is not the server who speaks. */
  function keptPage(page) {
    return worker.caches.open(KEPT).then(function (kept) {
      return Promise.all([kept.match(page), kept.match(noteOf(page))]);
    }).then(function (found) {
      if (!found[0]) {
        return null;
      }
      return Promise.all([found[0].text(), found[1] ? found[1].text() : null]).then(function (texts) {
        var html = texts[0].replace("<body ", "<body data-kept=\"1\" ");
        var begins = html.indexOf(OPENED) + OPENED.length;
        if (texts[1] && begins >= OPENED.length) {
          html = html.slice(0, begins) + texts[1].replace(/</g, "\\u003c") + html.slice(html.indexOf("</script>", begins));
        }
        return new Response(html, { headers: found[0].headers });
      });
    });
  }

  function forget(page) {
    return worker.caches.open(KEPT).then(function (kept) {
      return Promise.all([kept.delete(page), kept.delete(noteOf(page))]);
    });
  }

  /* Ask the server; show what is kept when it is away, ails or takes too long. */
  function page(request, path) {
    var asked = worker.fetch(request).then(function (answer) {
      if (answer.status >= 500) {
        throw answer;
      }
      if (answer.status === 404 || answer.status === 410) {
        return forget(path).then(function () { return answer; });
      }
      return answer;
    });
    var late = new Promise(function (resolve) {
      worker.setTimeout(resolve, PATIENCE);
    }).then(function () { return keptPage(path); }).then(function (found) { return found || asked; });
    return Promise.race([asked, late]).catch(function (failed) {
      return keptPage(path).then(function (found) {
        return found || (failed instanceof Response ? failed : Response.error());
      });
    });
  }

  /* Under the hash of another edition a server gives its own file, which is not to be kept. */
  function isToKeep(answer) {
    return answer.status === 200 && !/no-store/.test(answer.headers.get("cache-control") || "");
  }

  function standing(request) {
    return worker.caches.open(KEPT).then(function (kept) {
      return kept.match(request).then(function (found) {
        return found || worker.fetch(request).then(function (answer) {
          if (isToKeep(answer)) {
            kept.put(request, answer.clone());
          }
          return answer;
        });
      });
    });
  }

  /* Keep a page with what it needs, and let go of what no page needs any more. */
  function keep(told) {
    return worker.caches.open(KEPT).then(function (kept) {
      var missing = told.keep.map(function (address) {
        return kept.match(address).then(function (found) {
          return found || fresh(address).then(function (answer) {
            return isToKeep(answer) ? kept.put(address, answer) : null;
          });
        });
      });
      return Promise.all(missing.concat([keepShell(kept, told), prune(kept, told.keep)]));
    });
  }

  function keepShell(kept, told) {
    return kept.match(told.page).then(function (found) {
      return found ? found.text() : "";
    }).then(function (html) {
      if (html.indexOf("/screen/assets/" + told.assets + "/") >= 0) {
        return null;
      }
      return fresh(told.address).then(function (answer) {
        return answer.status === 200 ? kept.put(told.page, answer) : null;
      });
    });
  }

  function prune(kept, needed) {
    return kept.keys().then(function (requests) {
      return Promise.all(requests.map(function (request) {
        var path = new URL(request.url).pathname;
        var isOld = STANDING.test(path) && path.indexOf("/fonts/") !== 0 && needed.indexOf(path) < 0;
        return isOld ? kept.delete(request) : null;
      }));
    });
  }

  worker.addEventListener("install", function (event) {
    event.waitUntil(worker.skipWaiting());
  });

  worker.addEventListener("activate", function (event) {
    event.waitUntil(worker.clients.claim());
  });

  worker.addEventListener("fetch", function (event) {
    var address = new URL(event.request.url);
    if (event.request.method !== "GET" || address.origin !== worker.location.origin) {
      return;
    }
    if (STANDING.test(address.pathname)) {
      event.respondWith(standing(event.request));
    } else if (event.request.mode === "navigate" && PAGE.test(address.pathname)) {
      event.respondWith(page(event.request, address.pathname));
    }
  });

  worker.addEventListener("message", function (event) {
    var told = event.data;
    if (told.wipe) {
      event.waitUntil(forget(told.page));
    } else if (told.keep) {
      event.waitUntil(keep(told));
    } else if (told.document) {
      event.waitUntil(worker.caches.open(KEPT).then(function (kept) {
        return kept.put(noteOf(told.page), new Response(told.document, { headers: { "content-type": "application/json" } }));
      }));
    }
  });
}(self));
