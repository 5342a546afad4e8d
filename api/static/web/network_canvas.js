// The canvas: cytoscape.js with the places that the server gives, the colours of the page, and labels that never overlap.
const DASHES = { recent: "solid", older: "dashed", undated: "dotted" };
const SMALLEST = 7; // pixels, when all is shown
const LARGEST = 24;
const MOST_LABELS = 60;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function style() {
  const [text, ground, line, focus] = ["text", "ground", "muted", "focus"].map(colour);
  return [
    {
      selector: "node",
      style: {
        "background-color": "data(colour)",
        shape: "data(shape)",
        width: "data(diameter)",
        height: "data(diameter)",
        "border-width": "data(border)",
        "border-color": text,
      },
    },
    {
      selector: "node.labelled",
      style: {
        label: "data(short)",
        "z-index": 10,
        color: text,
        "font-family": "system-ui, sans-serif",
        "font-size": "data(letters)",
        "text-valign": "bottom",
        "text-margin-y": 2,
        "text-outline-color": ground,
        "text-outline-width": "data(halo)",
      },
    },
    {
      selector: "edge",
      style: {
        width: "data(width)",
        "line-color": line,
        "line-style": "data(dash)",
        "curve-style": "haystack",
        opacity: 0.6,
      },
    },
    { selector: ".dim", style: { opacity: 0.12 } },
    { selector: "edge.chosen", style: { opacity: 1, "line-color": focus } },
    { selector: "node.chosen", style: { "border-width": "data(marked)", "border-color": focus } },
    { selector: "node.cursor", style: { "outline-width": "data(marked)", "outline-color": focus, "outline-offset": "data(border)" } },
  ];
}

// How many units of the map are a pixel when all is shown: marks keep their size on a small and on a large map.
function scale(container, places) {
  const [xs, ys] = [places.map((one) => one.x), places.map((one) => one.y)];
  const wide = (Math.max(...xs) - Math.min(...xs)) / Math.max(container.clientWidth - 40, 100);
  const tall = (Math.max(...ys) - Math.min(...ys)) / Math.max(container.clientHeight - 40, 100);
  return Math.min(Math.max(wide, tall, 0.5), 4);
}

export function draw(container, data, still) {
  const most = Math.max(...data.organisations.map((one) => one[data.size]), 1e-9);
  const crowd = Math.min(1, Math.sqrt((300 / data.organisations.length) * Math.min(1, container.clientWidth / 900)));
  const unit = scale(container, data.organisations);
  const strongest = Math.max(...data.ties.map((tie) => tie.strength), 1e-9);
  const nodes = data.organisations.map((one, place) => {
    const group = data.groups[one.group];
    const diameter = unit * Math.max(crowd, 0.5) * (SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(one[data.size] / most));
    return {
      group: "nodes",
      data: {
        id: `n${place}`,
        id_: one.id,
        label: one.label,
        short: one.label.length > 34 ? `${one.label.slice(0, 33).trimEnd()}…` : one.label,
        kind: group.label,
        colour: group.colour,
        shape: group.shape,
        figure: one[data.size],
        place: one.group,
        strength: one.strength,
        ties: one.ties,
        records: one.records,
        diameter,
        border: 1.2 * unit,
        marked: 4 * unit,
        letters: 12,
        halo: 2,
      },
      position: { x: one.x, y: one.y },
    };
  });
  const edges = data.ties.map((tie, place) => ({
    group: "edges",
    data: {
      id: `e${place}`,
      source: `n${tie.a}`,
      target: `n${tie.b}`,
      strength: tie.strength,
      records: tie.records,
      last: tie.last,
      age: tie.age,
      dash: DASHES[tie.age],
      width: unit * (0.8 + 4 * Math.sqrt(tie.strength / strongest)),
    },
  }));
  const cy = globalThis.cytoscape({
    container,
    elements: [...edges, ...nodes],
    style: style(),
    layout: { name: "preset", fit: true, padding: 20 },
    minZoom: 0.05,
    maxZoom: 4 / unit + 1,
    autoungrabify: true,
    boxSelectionEnabled: false,
    userZoomingEnabled: false,
    hideEdgesOnViewport: data.ties.length > 3000,
    pixelRatio: still ? 1 : "auto",
  });
  container.addEventListener("focus", () => cy.userZoomingEnabled(true));
  container.addEventListener("blur", () => cy.userZoomingEnabled(false));
  container.addEventListener("pointerdown", () => container.focus({ preventScroll: true }));
  let soon = 0;
  const labelled = () => {
    cancelAnimationFrame(soon);
    soon = requestAnimationFrame(() => label(cy));
  };
  cy.on("viewport resize", labelled);
  new ResizeObserver(() => cy.resize()).observe(container);
  label(cy);
  return cy;
}

export function restyle(cy) {
  cy.style(style());
  label(cy);
}

const pen = document.createElement("canvas").getContext("2d");
pen.font = "12px system-ui, sans-serif";

// The node that is pointed at is labelled before all others.
export function marked(cy, node) {
  cy.scratch("pointed", node ? node.id() : null);
  label(cy);
}

// Labels the largest organisations in sight, and those that are chosen first, as long as no label covers another.
export function label(cy) {
  const zoom = cy.zoom();
  const pointed = cy.scratch("pointed");
  const sight = { right: cy.width(), bottom: cy.height() };
  const rank = (node) => {
    if (node.id() === pointed || node.hasClass("cursor") || node.hasClass("chosen")) return Infinity;
    return node.data("figure") - (node.hasClass("dim") ? 1e9 : 0);
  };
  const kept = [];
  const chosen = new Set();
  const order = cy.nodes().toArray().map((node) => [rank(node), node]).sort((a, b) => b[0] - a[0]);
  for (const [worth, node] of order) {
    if (kept.length >= MOST_LABELS || (worth < -1 && worth !== Infinity)) break;
    const at = node.renderedPosition();
    if (at.x < 0 || at.y < 0 || at.x > sight.right || at.y > sight.bottom) continue;
    const half = pen.measureText(node.data("short")).width / 2 + 3;
    const top = at.y + (node.data("diameter") / 2) * zoom;
    const box = { left: at.x - half, right: at.x + half, top, bottom: top + 18 };
    const cut = box.left < 0 || box.right > sight.right || box.bottom > sight.bottom;
    const free = !kept.some((o) => box.left < o.right && box.right > o.left && box.top < o.bottom && box.bottom > o.top);
    if (worth === Infinity || (free && !cut)) {
      kept.push(box);
      chosen.add(node.id());
    }
  }
  cy.batch(() => {
    cy.nodes().forEach((node) => {
      const on = chosen.has(node.id());
      if (on) node.data({ letters: 12 / zoom, halo: 2 / zoom });
      if (on !== node.hasClass("labelled")) node.toggleClass("labelled", on);
    });
  });
}
