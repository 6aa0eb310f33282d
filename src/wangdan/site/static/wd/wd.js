/* What pages do beyond HTML. Everything here is an extra: the main path works without it. */
(() => {
  "use strict";
  const $ = (selector, within) => (within || document).querySelector(selector);
  const $$ = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  /* A form is sent once: the pressed button says so and cannot be pressed again. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.dataset.again !== undefined) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    setTimeout(() => $$("button:not([type=button])", form).forEach((button) => { button.disabled = true; }), 0);
  });
  /* Coming back with the browser's arrow: forms live again. */
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    $$("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
      $$("button:disabled:not([data-off])", form).forEach((button) => { button.disabled = false; });
    });
  });

  /* The tab one is at is in sight, also when the row of tabs is wider than the phone. */
  $$(".wd-tabs .active").forEach((tab) => {
    const row = tab.parentElement;
    row.scrollLeft = Math.max(0, tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2);
  });

  /* Buttons that put the little HTML of a description around what is selected. */
  const wraps = [["<b>", "</b>"], ["<h3>", "</h3>"], ["<ul>\n<li>", "</li>\n</ul>"]];
  $$("textarea[data-rich]").forEach((area) => {
    const bar = document.createElement("div");
    bar.className = "wd-tools mb-2";
    area.dataset.rich.split("|").forEach((text, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-plain";
      button.textContent = text;
      button.addEventListener("click", () => {
        const [from, to] = [area.selectionStart, area.selectionEnd];
        area.setRangeText(wraps[at][0] + area.value.slice(from, to) + wraps[at][1], from, to, "end");
        area.focus();
      });
      bar.append(button);
    });
    area.before(bar);
  });

  /* Copy a number. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    navigator.clipboard.writeText(button.dataset.copy).then(() => say(button.dataset.copied || "✓"));
  });
  /* The phone's own way of sharing, where it has one. */
  if (navigator.share) $$("[data-share]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-share]");
    if (button && navigator.share) navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {});
  });
  const say = (text) => {
    const toast = $("#toast");
    if (!toast) return;
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { toast.hidden = true; }, 1800);
  };

  /* A stepper changes its number in place; inside a form marked data-live it is sent at once. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".wd-qty button[data-step]");
    if (!button) return;
    const input = $("input", button.closest(".wd-qty"));
    const next = Math.min(Number(input.max || 999), Math.max(Number(input.min || 1), Number(input.value || 1) + Number(button.dataset.step)));
    event.preventDefault();
    if (next === Number(input.value)) return;
    input.value = next;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (event.target.closest(".wd-qty")) stepperEnds(event.target);
    if (form && form.dataset.live !== undefined) form.requestSubmit();
  });
  /* A choice that changes the sums asks for them anew. */
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-again-on]")) return;
    const form = event.target.form, again = document.createElement("input");
    again.type = "hidden"; again.name = "again"; again.value = "1";
    form.append(again);
    form.requestSubmit();
  });
  const stepperEnds = (input) => {
    const box = input.closest(".wd-qty");
    $$("button[data-step]", box).forEach((button) => {
      const end = Number(button.dataset.step) < 0 ? Number(input.value) <= Number(input.min || 1) : Number(input.value) >= Number(input.max || 999);
      button.disabled = end;
    });
  };

  /* Clocks count down by themselves and load the page anew when they end. */
  const two = (number) => String(number).padStart(2, "0");
  const tick = () => $$("[data-until]").forEach((node) => {
    const left = Math.floor((Date.parse(node.dataset.until) - Date.now()) / 1000);
    if (left <= 0) {
      if (!node.dataset.over) { node.dataset.over = "1"; node.textContent = "00:00"; if (node.dataset.reload !== undefined) location.reload(); }
      return;
    }
    const hours = Math.floor(left / 3600);
    node.textContent = (hours ? hours + ":" : "") + two(Math.floor((left % 3600) / 60)) + ":" + two(left % 60);
  });
  setInterval(tick, 1000);

  /* The gallery tells which picture one is at. */
  $$("[data-gallery]").forEach((gallery) => {
    const strip = $(".wd-swipe", gallery), at = $(".wd-of b", gallery);
    if (!strip || !at) return;
    strip.addEventListener("scroll", () => { at.textContent = Math.round(strip.scrollLeft / strip.clientWidth) + 1; }, { passive: true });
  });

  /* Keys of the desks: / search, j k up and down, Enter open, x choose, d do, ? help. */
  const rows = () => $$(".wd-table tbody tr, .wd-queue .wd-row");
  const current = () => rows().findIndex((row) => row.classList.contains("cur"));
  const go = (step) => {
    const all = rows(), at = Math.min(all.length - 1, Math.max(0, current() + step));
    all.forEach((row, index) => row.classList.toggle("cur", index === at));
    if (all[at]) all[at].scrollIntoView({ block: "nearest" });
  };
  const KEYS = {
    "/": () => { const find = $(".wd-find input") || $(".wd-search input"); if (find) { find.focus(); find.select(); } },
    j: () => go(1),
    k: () => go(-1),
    x: () => { const box = $("tr.cur input[type=checkbox]"); if (box) { box.click(); } },
    d: () => { const button = $(".wd-row.cur .do, tr.cur .do"); if (button) button.click(); },
    Enter: () => { const link = $("tr.cur a, .wd-row.cur a.what"); if (link) link.click(); },
    "?": () => { location.hash = "keys"; },
    Escape: () => { if (["#keys", "#rooms", "#sku"].includes(location.hash)) location.hash = "_"; },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
    if (typing && event.key !== "Escape") return;
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    if (!document.body.classList.contains("desk") && event.key !== "/" && event.key !== "Escape") return;
    const act = KEYS[event.key];
    if (act) { if (event.key === "/") event.preventDefault(); act(); }
  });

  /* The bulk bar appears with the first chosen row and says how many there are. */
  const bulk = () => {
    const bar = $("[data-bulk]");
    if (!bar) return;
    const chosen = $$(".wd-table tbody input[type=checkbox]:checked");
    bar.hidden = chosen.length === 0;
    const count = $("[data-bulk-count]", bar);
    if (count) count.textContent = chosen.length;
    $$(".wd-table tbody tr").forEach((row) => row.classList.toggle("sel", Boolean($("input[type=checkbox]:checked", row))));
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) {
      const name = event.target.dataset.all;
      $$(`input[name="${name}"]`).forEach((box) => { box.checked = event.target.checked; });
    }
    bulk();
  });
  bulk();

  /* The scanner: its field always has focus, the next code may come while the last one is on its way, right and wrong can be heard. */
  const scanner = () => $("input[data-scan]");
  const ready = (select) => {
    const field = scanner();
    if (!field) return;
    field.focus({ preventScroll: true });
    if (select) field.select();
  };
  const waiting = [];
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches("form") || !$("input[data-scan]", event.target)) return;
    event.target.dataset.flying = "1";
    scanner().value = "";
  });
  document.addEventListener("keydown", (event) => {
    const field = scanner();
    if (!field || event.key !== "Enter" || event.target !== field || !field.form.dataset.flying) return;
    event.preventDefault();
    if (field.value.trim()) waiting.push(field.value);
    field.value = "";
  });
  let typed = "";
  document.addEventListener("htmx:beforeSwap", () => { typed = scanner() ? scanner().value : ""; });
  document.addEventListener("htmx:afterSettle", () => {
    const field = scanner();
    sounds();
    if (!field) return;
    if (typed || waiting.length) field.value = typed;
    typed = "";
    ready(true);
    if (waiting.length) {
      const rest = field.value;
      field.value = waiting.shift();
      field.form.requestSubmit();
      field.value = rest;
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.target.dataset) delete event.target.dataset.flying; });
  for (const lost of ["htmx:sendError", "htmx:responseError"]) document.addEventListener(lost, () => { if ($(".wd-scan")) location.reload(); });
  document.addEventListener("keydown", (event) => {
    const field = scanner();
    if (!field || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    if (event.target.closest("input, textarea, select")) return;
    if (!$(".wd-scan") && KEYS[event.key]) return;
    if (event.key === " " && event.target.closest("a, button, summary")) return;
    field.focus();
  });
  document.addEventListener("change", (event) => {
    if ($(".wd-scan") && scanner() && event.target.matches("select, input[type=checkbox], input[type=radio]")) ready(false);
  });
  document.addEventListener("click", (event) => {
    if ($(".wd-scan") && scanner() && !event.target.closest("a, button, label, summary, input, select, details")) ready(false);
  });
  document.addEventListener("pointerdown", (event) => { if (event.target.matches("input[data-scan]")) event.target.inputMode = "text"; });
  if ($(".wd-scan") && scanner()) { scanner().inputMode = "none"; ready(true); }

  /* Two notes up for right, one long low one for wrong; no file is needed. The switch is remembered on this device. */
  const muted = () => { try { return localStorage.getItem("wd-mute") === "1"; } catch { return false; } };
  let speaker = null;
  const note = (frequency, start, length, kind) => {
    const tone = speaker.createOscillator(), loud = speaker.createGain(), at = speaker.currentTime + start;
    tone.type = kind;
    tone.frequency.value = frequency;
    loud.gain.setValueAtTime(0.25, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + length);
    tone.connect(loud).connect(speaker.destination);
    tone.start(at);
    tone.stop(at + length);
  };
  const sounds = () => {
    const said = $("[data-sound]");
    const button = $("[data-sound-switch]");
    if (button) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(!muted()));
      button.setAttribute("aria-label", muted() ? button.dataset.off : button.dataset.on);
    }
    if (!said || muted() || !window.AudioContext) return;
    speaker = speaker || new AudioContext();
    if (said.dataset.sound === "wrong") { note(160, 0, 0.5, "square"); return; }
    note(880, 0, 0.12, "sine");
    note(1320, 0.11, 0.16, "sine");
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sound-switch]");
    if (button) { try { localStorage.setItem("wd-mute", muted() ? "0" : "1"); } catch { /* a private window forgets */ } sounds(); ready(false); }
    if (event.target.closest("[data-print]")) window.print();
  });
  sounds();
})();
