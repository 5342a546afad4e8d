// The map by keyboard: arrows walk from neighbour to neighbour, Enter opens, Escape clears, + - 0 zoom.
import { label } from "./network_canvas.js";

const DIRECTIONS = { ArrowRight: 0, ArrowDown: Math.PI / 2, ArrowLeft: Math.PI, ArrowUp: -Math.PI / 2 };

export function walks(container, cy, does) {
  let cursor = null;

  function go(node) {
    cursor?.removeClass("cursor");
    cursor = node;
    cursor?.addClass("cursor");
    label(cy);
    if (node) does.at(node);
  }

  function step(direction) {
    if (!cursor) {
      const chosen = cy.nodes(".chosen");
      return go(chosen.nonempty() ? chosen[0] : cy.nodes().max((node) => node.data("strength")).ele);
    }
    const next = neighbour(cursor, DIRECTIONS[direction]);
    return next ? go(next) : does.nowhere();
  }

  const keys = {
    Enter: () => (cursor ? does.open(cursor) : step("ArrowRight")),
    Escape: () => {
      go(null);
      does.clear();
    },
    "+": () => does.zoom(1.3),
    "=": () => does.zoom(1.3),
    "-": () => does.zoom(1 / 1.3),
    0: () => does.fit(),
  };
  container.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in DIRECTIONS) step(event.key);
    else if (event.key in keys) keys[event.key]();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const inside = event.target.closest?.("#panel");
    if (event.key === "Escape" && inside) keys.Escape();
  });
  cy.on("tap", "node", (event) => {
    cursor?.removeClass("cursor");
    cursor = event.target;
  });
}

// The neighbour that lies most nearly in a direction, within a right angle of it.
function neighbour(node, direction) {
  const from = node.position();
  let best = null;
  let least = Math.PI / 2 + 0.01;
  node.openNeighborhood("node").forEach((other) => {
    const to = other.position();
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    const off = Math.abs(Math.atan2(Math.sin(angle - direction), Math.cos(angle - direction)));
    const far = Math.hypot(to.x - from.x, to.y - from.y) / 1e5;
    if (off + far < least) {
      least = off + far;
      best = other;
    }
  });
  return best;
}
