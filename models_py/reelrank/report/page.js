// Draws every figure, and lets the two menus choose what the curves show.
"use strict";
(async () => {
  const specs = JSON.parse(document.getElementById("specs").textContent);
  const views = new Map();
  for (const [key, spec] of Object.entries(specs)) {
    const place = document.getElementById(`chart-${key}`);
    const drawn = await vegaEmbed(place, spec, { actions: false, renderer: "svg" });
    views.set(key, drawn.view);
  }
  const menus = [...document.querySelectorAll("select[data-param]")];
  const follow = async () => {
    const chosen = new Map(menus.map((menu) => [menu.dataset.param, menu.value]));
    for (const entry of document.querySelectorAll("li[data-protocols]")) {
      entry.hidden = !entry.dataset.protocols.split(" ").includes(chosen.get("protocol"));
    }
    for (const [key, view] of views) {
      if (!key.startsWith("curve-")) continue;
      for (const [param, value] of chosen) view.signal(param, value);
      await view.runAsync();
    }
  };
  for (const menu of menus) menu.addEventListener("change", follow);
  await follow();
  document.documentElement.dataset.drawn = views.size;
})();
