"use strict";
for (const source of document.querySelectorAll("script[data-plot]")) {
  const { data, layout } = JSON.parse(source.textContent);
  // Log text is no mathematics: "$" stays "$".
  Plotly.newPlot(source.dataset.plot, data, layout, { displayModeBar: false, responsive: true, typesetMath: false });
}
