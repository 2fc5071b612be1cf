"use strict";
(() => {
  const tip = document.getElementById("tip");
  const place = (event) => {
    const owner = event.target.closest ? event.target.closest("[data-tip]") : null;
    if (!owner) { tip.style.opacity = 0; return; }
    tip.textContent = owner.dataset.tip;
    const box = tip.getBoundingClientRect();
    const x = Math.min(event.clientX + 14, window.innerWidth - box.width - 8);
    const below = event.clientY + 18;
    const y = below + box.height > window.innerHeight ? event.clientY - box.height - 12 : below;
    tip.style.transform = `translate(${Math.max(8, x)}px, ${Math.max(8, y)}px)`;
    tip.style.opacity = 1;
  };
  document.addEventListener("pointermove", place);
  document.addEventListener("pointerdown", place);
  document.addEventListener("scroll", () => { tip.style.opacity = 0; }, { passive: true });

  for (const button of document.querySelectorAll("[data-toggle]")) {
    button.addEventListener("click", () => {
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      for (const item of button.closest("figure").querySelectorAll("[data-series]")) {
        if (item.dataset.series === button.dataset.toggle) { item.classList.toggle("off", !shown); }
      }
    });
  }

  const amount = (text) => {
    const found = text.replace(/,/g, "").match(/^[-+]?[0-9]*\.?[0-9]+(e[-+]?[0-9]+)?/i);
    return found ? parseFloat(found[0]) : NaN;
  };
  const compare = (one, other) => {
    const numbers = [amount(one), amount(other)];
    if (numbers.every((item) => !Number.isNaN(item))) { return numbers[0] - numbers[1]; }
    return one.localeCompare(other);
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      head.tabIndex = 0;
      const sort = () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach((item) => item.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const body = table.tBodies[0];
        const text = (row) => row.cells[column].textContent.trim();
        const rows = [...body.rows].sort((one, other) => (up ? 1 : -1) * compare(text(one), text(other)));
        body.append(...rows);
      };
      head.addEventListener("click", sort);
      head.addEventListener("keydown", (event) => { if (event.key === "Enter") { sort(); } });
    });
  }

  document.getElementById("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const system = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    root.dataset.theme = (root.dataset.theme || system) === "dark" ? "light" : "dark";
  });

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("#model-card details, #data-card details")].filter((item) => !item.open);
    opened.forEach((item) => { item.open = true; });
  });
  window.addEventListener("afterprint", () => { opened.forEach((item) => { item.open = false; }); });
})();
