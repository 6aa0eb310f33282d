/* Turns the moment until which one can pay into the time that is left. Without it the page shows the moment itself. */
for (const shown of document.querySelectorAll("[data-countdown]")) {
  const until = Date.parse(shown.dateTime);
  const tick = () => {
    const left = Math.max(0, Math.floor((until - Date.now()) / 1000));
    const parts = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    shown.textContent = (parts[0] ? parts : parts.slice(1)).map((part) => String(part).padStart(2, "0")).join(":");
    if (left === 0) { clearInterval(clock); location.reload(); }
  };
  const clock = setInterval(tick, 1000);
  if (until > Date.now()) tick(); else clearInterval(clock);
}
