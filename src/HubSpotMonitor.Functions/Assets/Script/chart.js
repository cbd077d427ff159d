// Draws every usage chart of the page with uPlot in the place of its picture, and again after the page has changed.
import { drawUsage } from "./usage.js";

function draw() {
  for (const area of document.querySelectorAll("[data-usage]")) {
    const data = area.querySelector(".usage-data");
    if (!data || area.dataset.drawn) continue;
    area.dataset.drawn = "true";
    const start = performance.now();
    drawUsage(area, JSON.parse(data.textContent));
    // uPlot draws in a microtask of its own, which stands before this one.
    queueMicrotask(() => performance.measure("usage-chart", { start }));
  }
}

draw();
document.addEventListener("page-swapped", draw);
