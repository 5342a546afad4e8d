// The map as a picture that can stand alone: with its legend, the filters in words, what is left out, and the release.
import { LETTERS, LINE, placed } from "./network_labels.js";

const MARGIN = 24;
const ROW = 20;
const DASHES = { recent: "", older: "7 4", undated: "1.5 4" };

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const safe = (text) => String(text).replace(/[&<>"]/g, (letter) => escapes[letter]);

function wrapped(text, letters) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1) && lines.at(-1).length + word.length > letters) lines.push("");
    lines[lines.length - 1] += (lines.at(-1) ? " " : "") + word;
  }
  return lines;
}

export function svgOf(cy, data, told) {
  const ground = cssColour("ground");
  const ink = cssColour("text");
  const grey = cssColour("muted");
  const box = cy.elements().boundingBox({ includeLabels: false });
  const scale = 1000 / Math.max(box.w, 1);
  const width = 1000 + 2 * MARGIN;
  const map = box.h * scale;
  const at = (position) => [(position.x - box.x1) * scale + MARGIN, (position.y - box.y1) * scale + MARGIN];
  const parts = [];
  cy.edges().forEach((edge) => {
    const [[x1, y1], [x2, y2]] = [at(edge.source().position()), at(edge.target().position())];
    const dash = DASHES[edge.data("age")];
    parts.push(
      `<path d="M${n(x1)},${n(y1)}L${n(x2)},${n(y2)}" stroke="${grey}" stroke-opacity="0.6" stroke-width="${n(edge.data("size") * scale)}"${dash ? ` stroke-dasharray="${dash}"` : ""}/>`,
    );
  });
  const marks = new Map();
  const nodes = cy.nodes().toArray().sort((a, b) => b.data("figure") - a.data("figure"));
  for (const node of nodes) {
    const [x, y] = at(node.position());
    const group = data.groups[node.data("place")];
    const size = (node.data("size") / 16) * scale;
    parts.push(
      `<path d="${group.path}" transform="translate(${n(x)} ${n(y)}) scale(${n(size, 3)})" fill="${group.colour}" stroke="${ink}" stroke-width="${n(1.2 / size, 2)}"><title>${safe(node.data("label"))}</title></path>`,
    );
    marks.set(node.id(), { x, y, radius: 8 * size, label: node.data("folded") });
  }
  const ties = cy.edges().map((edge) => [marks.get(edge.data("source")), marks.get(edge.data("target"))]);
  const names = [];
  for (const [{ label }, { box: room }] of placed([...marks.values()], ties, { width, height: map + 2 * MARGIN })) {
    label.lines.forEach((line, row) =>
      names.push(
        `<text x="${n((room.left + room.right) / 2)}" y="${n(room.top + LETTERS - 1 + row * LINE)}" text-anchor="middle" font-size="${LETTERS}" fill="${ink}" stroke="${ground}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">${safe(line)}</text>`,
      ),
    );
  }
  let y = map + 3 * MARGIN;
  const legend = [];
  let x = MARGIN;
  const entry = (mark, label, room) => {
    const wide = room + label.length * 7 + 24;
    if (x > MARGIN && x + wide > width) {
      x = MARGIN;
      y += ROW;
    }
    legend.push(`<g transform="translate(${x} ${n(y)})">${mark}<text x="${room}" y="4" font-size="13" fill="${ink}">${safe(label)}</text></g>`);
    x += wide;
  };
  for (const group of data.groups)
    entry(`<path d="${group.path}" transform="translate(8 0) scale(0.8)" fill="${group.colour}" stroke="${ink}" stroke-width="1.5"/>`, group.label, 22);
  for (const age of data.ages)
    entry(`<path d="M0,0H34" stroke="${grey}" stroke-width="2"${DASHES[age.name] ? ` stroke-dasharray="${DASHES[age.name]}"` : ""}/>`, age.label, 42);
  const words = [told.filters, ...told.notes, `Release ${told.release}. ${told.address}`, "A tie is co-participation on record, not endorsement."];
  const lines = words.flatMap((text) => wrapped(text, 150)).map((line) => {
    y += ROW;
    return `<text x="${MARGIN}" y="${n(y + 10)}" font-size="12.5" fill="${ink}">${safe(line)}</text>`;
  });
  const height = y + 2 * MARGIN;
  const title = `The network of organisations, release ${told.release}`;
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}" font-family="system-ui, sans-serif"><title>${safe(title)}</title><desc>${safe(told.filters)}</desc><rect width="100%" height="100%" fill="${ground}"/><g fill="none">${parts.join("")}</g>${names.join("")}${legend.join("")}${lines.join("")}</svg>`;
  return { text, width, height };
}

export function saveSvg(cy, data, told) {
  save(new Blob([svgOf(cy, data, told).text], { type: "image/svg+xml" }), `atmp-network-${told.release}.svg`);
}

export async function savePng(cy, data, told) {
  const { text, width, height } = svgOf(cy, data, told);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * 2);
  canvas.height = Math.ceil(height * 2);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => save(blob, `atmp-network-${told.release}.png`), "image/png");
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function cssColour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function n(value, digits = 1) {
  return Number(value.toFixed(digits));
}
