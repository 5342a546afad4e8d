// The canvas: cytoscape.js with the places that the server gives, the colours of the page, and labels where there is room.
import { APART, LETTERS, LINE, folded, makeRoom, placed } from "./network_labels.js";

const DASHES = { recent: "solid", older: "dashed", undated: "dotted" };
const SMALLEST = 7; // pixels, when all is shown
const LARGEST = 24;
const REST = 120; // milliseconds without a change after which a zoom counts as done
const SQUARE = 1.5; // times as wide as tall: a canvas that is less so has the map that is less so

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
        label: "data(words)",
        "text-wrap": "wrap",
        "text-max-width": 1e6,
        "line-height": LINE / LETTERS,
        "z-index": 10,
        color: text,
        "font-family": "system-ui, sans-serif",
        "font-size": "data(letters)",
        "text-halign": "data(across)",
        "text-valign": "data(down)",
        "text-margin-x": "data(right)",
        "text-margin-y": "data(below)",
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
  const square = container.clientWidth < SQUARE * container.clientHeight;
  const places = data.organisations.map(({ x, y, square: [x1, y1] }) => (square ? { x: x1, y: y1 } : { x, y }));
  const unit = scale(container, places);
  const names = data.organisations.map((one) => folded(one.label));
  const strongest = Math.max(...data.ties.map((tie) => tie.strength), 1e-9);
  const nodes = data.organisations.map((one, place) => {
    const group = data.groups[one.group];
    const size = unit * Math.max(crowd, 0.5) * (SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(one[data.size] / most));
    return {
      group: "nodes",
      data: {
        id: `n${place}`,
        id_: one.id,
        label: one.label,
        folded: names[place],
        words: names[place].lines.join("\n"),
        kind: group.label,
        colour: group.colour,
        shape: group.shape,
        figure: one[data.size],
        place: one.group,
        strength: one.strength,
        ties: one.ties,
        records: one.records,
        size,
        ...drawn(size, unit),
        ...letters(["center", "bottom"], 1),
      },
      position: places[place],
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
      size: unit * (0.8 + 4 * Math.sqrt(tie.strength / strongest)),
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
  let [soon, rest] = [0, 0];
  const labelled = () => {
    cancelAnimationFrame(soon);
    soon = requestAnimationFrame(() => label(cy));
    clearTimeout(rest);
    rest = setTimeout(() => thin(cy, unit) && label(cy), REST);
  };
  cy.on("viewport resize", labelled);
  new ResizeObserver(() => cy.resize()).observe(container);
  clear(cy);
  label(cy);
  return cy;
}

export function restyle(cy) {
  cy.style(style());
  label(cy);
}

// The node that is pointed at is labelled before all others.
export function marked(cy, node) {
  cy.scratch("pointed", node ? node.id() : null);
  label(cy);
}

// Marks and ties grow less than the distances between them do, so that a closer look shows more. Says whether anything changed.
function thin(cy, unit) {
  const share = 1 / Math.sqrt(Math.max(1, cy.zoom() * unit));
  const before = cy.scratch("share") ?? 1;
  if (Math.abs(share / before - 1) < 0.03) return false;
  cy.scratch("share", share);
  cy.batch(() => {
    cy.nodes().forEach((node) => node.data(drawn(node.data("size") * share, unit * share)));
    cy.edges().forEach((edge) => edge.data("width", edge.data("size") * share));
  });
  return true;
}

function drawn(diameter, unit) {
  return { diameter, border: 1.2 * unit, marked: 4 * unit };
}

// Makes room for the labels of the largest.
function clear(cy) {
  const { marks, ties, sight } = seen(cy);
  const [pan, zoom] = [cy.pan(), cy.zoom()];
  makeRoom(marks, ties, sight);
  cy.batch(() => {
    for (const { node, x, y } of marks) node.position({ x: (x - pan.x) / zoom, y: (y - pan.y) / zoom });
  });
}

// The marks and ties as they lie in the picture, the largest marks first; those that are dim count for nothing.
function seen(cy) {
  const zoom = cy.zoom();
  const pointed = cy.scratch("pointed");
  const marks = new Map();
  cy.nodes().forEach((node) => {
    const must = node.id() === pointed || node.hasClass("cursor") || node.hasClass("chosen");
    const radius = (node.data("diameter") / 2) * zoom;
    const mute = node.hasClass("dim") && !must;
    marks.set(node.id(), { ...node.renderedPosition(), node, radius, must, mute, label: node.data("folded") });
  });
  const order = [...marks.values()].sort((a, b) => b.must - a.must || b.node.data("figure") - a.node.data("figure"));
  const ties = cy.edges().toArray().filter((edge) => !edge.hasClass("dim"));
  const ends = ties.map((edge) => [marks.get(edge.data("source")), marks.get(edge.data("target"))]);
  return { marks: order, ties: ends, sight: { width: cy.width(), height: cy.height() } };
}

// Labels the largest organisations in sight, and those that are chosen first, where there is room.
export function label(cy) {
  const { marks, ties, sight } = seen(cy);
  const found = placed(marks, ties, sight, cy.pan());
  cy.batch(() => {
    for (const mark of marks) {
      const at = found.get(mark);
      if (at) mark.node.data(letters(at.side, cy.zoom()));
      if (Boolean(at) !== mark.node.hasClass("labelled")) mark.node.toggleClass("labelled", Boolean(at));
    }
  });
}

// How a label is set beside its mark, in units of the map.
function letters([across, down], zoom) {
  const off = { left: -APART, top: -APART, right: APART, bottom: APART, center: 0 };
  return { letters: LETTERS / zoom, halo: 2 / zoom, across, down, right: off[across] / zoom, below: off[down] / zoom };
}
