// Draws every usage chart of the page with uPlot in the place of its picture, and again after the page has changed.
import { drawUsage } from "./usage.js";

function draw() {
  for (const area of document.querySelectorAll("[data-usage]")) {
    const data = area.querySelector(".usage-data");
    if (!data || area.dataset.drawn) continue;
    area.dataset.drawn = "true";
    drawUsage(area, JSON.parse(data.textContent));
  }
}

draw();
document.addEventListener("page-swapped", draw);
